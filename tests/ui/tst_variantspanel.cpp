#include "ui/theme.h"
#include "ui/variantmodel.h"
#include "ui/variantspanel.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace lathe;
using namespace lathe::ui;

class TstVariantsPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }

    void model_holdsWhatItIsGiven();
    void model_keepsTheBaseline();
    void model_findsFreeNames();
    void recipeSummary_isShort();
    void buttons_followTheSelection();
    void save_asksOnlyWhenAllowed();
    void compare_givesBothRows();
    void apply_byButtonAndEnter();
    void f2_renamesWhateverColumnIsCurrent();
    void emptyName_isRefused();
    void delete_leavesTheBaselineOut();
    void sorting_keepsTheBaselineOnTop();
    void copy_givesRowsAsText();

private:
    QTableView *table() const { return m_panel->findChild<QTableView *>(); }
    QToolButton *button(const QString &name) const
    {
        for (QToolButton *b : m_panel->findChildren<QToolButton *>())
            if (b->accessibleName() == name)
                return b;
        return nullptr;
    }
    QString shown(int row, int column) const
    {
        return table()->model()->index(row, column).data().toString();
    }
    static Variant variant(const QString &name, qint64 bytes);

    std::unique_ptr<VariantModel> m_model;
    std::unique_ptr<VariantsPanel> m_panel;
};

Variant TstVariantsPanel::variant(const QString &name, qint64 bytes)
{
    Variant v;
    v.id = name;
    v.name = name;
    v.figures.bytes = bytes;
    v.figures.originalBytes = 14'000'000;
    v.figures.top1 = Interval{0.829, 0.79, 0.86};
    v.when = QDateTime(QDate(2026, 11, 21), QTime(10, 2));
    if (name != "baseline")
        v.recipe.rules = {Rule{"*", {Change{"bits", "8"}}}};
    return v;
}

void TstVariantsPanel::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstVariantsPanel::init()
{
    m_model = std::make_unique<VariantModel>();
    m_panel = std::make_unique<VariantsPanel>();
    m_panel->setModel(m_model.get());
    m_model->setVariants({variant("baseline", 14'000'000), variant("8 bits", 3'600'000),
                          variant("4 bits", 1'900'000), variant("16 bits", 7'000'000)});
    m_panel->resize(1000, 240);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->activateWindow();
}

void TstVariantsPanel::model_holdsWhatItIsGiven()
{
    VariantModel model;
    QAbstractItemModelTester tester(&model);
    model.setBaseline(variant("baseline", 14'000'000));
    QCOMPARE(model.append(variant("8 bits", 3'610'000)), 1);
    QCOMPARE(model.index(1, VariantModel::Size).data().toString(), QString("3.61 MB"));
    QCOMPARE(model.index(1, VariantModel::Ratio).data().toString(), QString("3.9×"));
    QCOMPARE(model.index(1, VariantModel::Top1).data().toString(), QString("82.9 %"));
    QCOMPARE(model.index(1, VariantModel::Difference).data().toString(), QString("–"));
    QCOMPARE(model.index(1, VariantModel::RecipeSummary).data().toString(), QString("*: 8 bits"));
    QCOMPARE(model.index(0, VariantModel::RecipeSummary).data().toString(), QString("as it is"));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.update(1, variant("8 bits", 3'000'000));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(model.index(1, VariantModel::Size).data().toString(), QString("3.00 MB"));
    model.setBaseline(variant("baseline", 1'000));
    QCOMPARE(model.rowCount(), 2);
    model.remove({1});
    QCOMPARE(model.rowCount(), 1);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void TstVariantsPanel::model_keepsTheBaseline()
{
    m_model->remove({0, 2, 2, 99});
    QCOMPARE(m_model->rowCount(), 3);
    QCOMPARE(m_model->at(0).name, QString("baseline"));
    QVERIFY(!m_model->setData(m_model->index(0, VariantModel::Name), "mine"));
    QVERIFY(!m_model->flags(m_model->index(0, VariantModel::Name)).testFlag(Qt::ItemIsEditable));
    QVERIFY(!m_model->setData(m_model->index(1, VariantModel::Size), 3));
}

void TstVariantsPanel::model_findsFreeNames()
{
    QCOMPARE(m_model->freeName("2 bits"), QString("2 bits"));
    QCOMPARE(m_model->freeName("8 bits"), QString("8 bits 2"));
    m_model->append(variant("8 bits 2", 1));
    QCOMPARE(m_model->freeName("8 bits"), QString("8 bits 3"));
}

void TstVariantsPanel::recipeSummary_isShort()
{
    Recipe recipe;
    QCOMPARE(recipeSummary(recipe), QString("as it is"));
    recipe.rules = {Rule{"*", {Change{"bits", "4"}, Change{"prune", "0.5"}}},
                    Rule{"fc1", {Change{"rank", "64"}}}};
    QCOMPARE(recipeSummary(recipe), QString("*: 50 % pruned, 4 bits; fc1: rank 64"));
    recipe.rules.push_back(Rule{"fc2", {Change{"bits", "off"}}});
    QCOMPARE(recipeSummary(recipe), QString("*: 50 % pruned, 4 bits; fc1: rank 64 and 1 more"));
    const std::vector<Change> half = {Change{"prune", "0.5"}, Change{"prune.method", "magnitude"}};
    recipe.rules = {Rule{"conv1", half}, Rule{"conv2", half}, Rule{"fc1", {Change{"symmetric", "false"}}}};
    QCOMPARE(recipeSummary(recipe), QString("conv1, conv2: 50 % pruned; fc1: symmetric false"));
}

void TstVariantsPanel::buttons_followTheSelection()
{
    const auto enabled = [this](const QVector<int> &rows) {
        m_panel->selectVariants(rows);
        QString on;
        for (const char *name : {"Apply", "Compare", "Duplicate", "Rename", "Delete"})
            if (button(name)->isEnabled())
                on += QLatin1Char(name[0]) + QLatin1String(name[1] == 'e' ? "e " : " ");
        return on.trimmed();
    };
    QCOMPARE(enabled({}), QString(""));
    QCOMPARE(enabled({0}), QString("A D"));
    QCOMPARE(enabled({1}), QString("A D Re De"));
    QCOMPARE(enabled({0, 1}), QString("C De"));
    QCOMPARE(enabled({1, 2, 3}), QString("C De"));
}

void TstVariantsPanel::save_asksOnlyWhenAllowed()
{
    QSignalSpy saved(m_panel.get(), &VariantsPanel::saveRequested);
    QTest::mouseClick(button("Save current"), Qt::LeftButton);
    QCOMPARE(saved.size(), 0);
    m_panel->setSaveEnabled(true);
    QTest::mouseClick(button("Save current"), Qt::LeftButton);
    QCOMPARE(saved.size(), 1);
}

void TstVariantsPanel::compare_givesBothRows()
{
    QSignalSpy compared(m_panel.get(), &VariantsPanel::compareRequested);
    const auto rowCenter = [this](int row) {
        return table()->visualRect(table()->model()->index(row, 0)).center();
    };
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, rowCenter(3));
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, Qt::ControlModifier, rowCenter(1));
    QTest::mouseClick(button("Compare"), Qt::LeftButton);
    QCOMPARE(compared.size(), 1);
    QCOMPARE(compared[0][0].value<QVector<int>>(), QVector<int>({1, 3}));
}

void TstVariantsPanel::apply_byButtonAndEnter()
{
    QSignalSpy applied(m_panel.get(), &VariantsPanel::applyRequested);
    m_panel->selectVariants({2});
    QTest::mouseClick(button("Apply"), Qt::LeftButton);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Return);
    QCOMPARE(applied.size(), 2);
    QCOMPARE(applied[1][0].toInt(), 2);
}

void TstVariantsPanel::f2_renamesWhateverColumnIsCurrent()
{
    QSignalSpy renamed(m_model.get(), &VariantModel::renamed);
    m_panel->selectVariants({2});
    table()->selectionModel()->setCurrentIndex(table()->model()->index(2, VariantModel::Size),
                                               QItemSelectionModel::NoUpdate);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_F2);
    auto *editor = table()->viewport()->findChild<QLineEdit *>();
    QVERIFY(editor);
    editor->selectAll();
    QTest::keyClicks(editor, "small");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(renamed.size(), 1);
    QCOMPARE(renamed[0][0].toInt(), 2);
    QCOMPARE(m_model->at(2).name, QString("small"));
    QCOMPARE(m_model->at(2).id, QString("4 bits")); // the same variant still
}

void TstVariantsPanel::emptyName_isRefused()
{
    QVERIFY(!m_model->setData(m_model->index(1, VariantModel::Name), "  "));
    QCOMPARE(m_model->at(1).name, QString("8 bits"));
}

void TstVariantsPanel::delete_leavesTheBaselineOut()
{
    QSignalSpy deleted(m_panel.get(), &VariantsPanel::deleteRequested);
    m_panel->selectVariants({0, 1, 3});
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Delete);
    QCOMPARE(deleted.size(), 1);
    QCOMPARE(deleted[0][0].value<QVector<int>>(), QVector<int>({1, 3}));
    QCOMPARE(m_model->rowCount(), 4); // asked, not done
}

void TstVariantsPanel::sorting_keepsTheBaselineOnTop()
{
    const auto click = [this](int column) {
        QHeaderView *header = table()->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          QPoint(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                                 header->height() / 2));
    };
    click(VariantModel::Size);
    QCOMPARE(shown(0, 0), QString("baseline"));
    QCOMPARE(shown(1, 0), QString("4 bits"));
    QCOMPARE(shown(3, 0), QString("16 bits"));
    click(VariantModel::Size);
    QCOMPARE(shown(0, 0), QString("baseline"));
    QCOMPARE(shown(1, 0), QString("16 bits"));
    click(VariantModel::Name);
    QCOMPARE(shown(1, 0), QString("4 bits")); // 4 before 8 before 16
    QCOMPARE(shown(3, 0), QString("16 bits"));
    m_panel->selectVariants({3});
    QCOMPARE(m_panel->selectedVariants(), QVector<int>({3}));
}

void TstVariantsPanel::copy_givesRowsAsText()
{
    m_panel->selectVariants({0, 1});
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[0].startsWith("Variant\tTop-1"));
    QVERIFY(lines[2].startsWith("8 bits\t82.9 %"));
}

QTEST_MAIN(TstVariantsPanel)
#include "tst_variantspanel.moc"
