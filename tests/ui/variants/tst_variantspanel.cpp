// The list of variants: what its buttons, keys and menus do.
#include "tests/ui/sample.h"
#include "tests/ui/shownvariants.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

using namespace lathe;
using namespace lathe::ui;
using namespace lathe::test;

class TstVariantsPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }

    void buttons_followTheSelection();
    void save_asksOnlyWhenAllowed();
    void compare_givesBothRows();
    void apply_byButtonAndEnter();
    void f2_renamesWhateverColumnIsCurrent();
    void emptyName_isRefused();
    void delete_leavesTheBaselineOut();
    void sorting_keepsTheBaselineOnTop();
    void copy_givesRowsAsText();
    void tree_showsWhatWasMadeFromWhat();
    void delete_hangsChildrenOneHigher();
    void notes_belongToTheSelectedVariant();
    void notes_areKeptWithTheFigures();
    void file_cannotBeApplied();
    void file_saysWhatWasFoundAndWhatIsWrong();
    void addFile_needsAModel();
    void addFile_beginsBesideTheModelThenWhereItWasLast();
    void drop_takesModelsOnly();
    void measureAgain_isForFiles();
    void names_mayHoldAnything();

private:
    QTreeView *tree() const { return m_panel->findChild<QTreeView *>(); }
    QModelIndex shownIndex(int row, int column = 0) const ///< below the baseline
    {
        return tree()->model()->index(row + 1, column);
    }
    QModelIndex treeIndex(int row) const ///< the same where the variants hang below what they were made from
    {
        return tree()->model()->index(row, 0, tree()->model()->index(0, 0));
    }
    QToolButton *button(const QString &name) const
    {
        for (QToolButton *b : m_panel->findChildren<QToolButton *>())
            if (b->accessibleName() == name)
                return b;
        return nullptr;
    }
    QString shown(int row, int column) const { return shownIndex(row, column).data().toString(); }
    QPoint centerOf(const QModelIndex &index) const { return tree()->visualRect(index).center(); }
    QPlainTextEdit *notes() const { return m_panel->findChild<QPlainTextEdit *>(); }
    bool drop(const QList<QUrl> &urls);

    std::unique_ptr<VariantModel> m_model;
    std::unique_ptr<VariantsPanel> m_panel;
};

/// @returns whether the panel took it; else it is the window's.
bool TstVariantsPanel::drop(const QList<QUrl> &urls)
{
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QCoreApplication::sendEvent(m_panel.get(), &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_panel.get(), &event);
    return true;
}

void TstVariantsPanel::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(Scheme::Light);
}

void TstVariantsPanel::init()
{
    startClean();
    m_model = std::make_unique<VariantModel>();
    m_panel = showVariants(*m_model);
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->activateWindow();
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
    QCOMPARE(enabled({1}), QString("A C D Re De"));
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
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, centerOf(shownIndex(2)));
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, Qt::ControlModifier, centerOf(shownIndex(0)));
    QTest::mouseClick(button("Compare"), Qt::LeftButton);
    QCOMPARE(compared.size(), 1);
    QCOMPARE(compared[0][0].value<QVector<int>>(), QVector<int>({1, 3}));
}

void TstVariantsPanel::apply_byButtonAndEnter()
{
    QSignalSpy applied(m_panel.get(), &VariantsPanel::applyRequested);
    m_panel->selectVariants({2});
    QTest::mouseClick(button("Apply"), Qt::LeftButton);
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Return);
    QCOMPARE(applied.size(), 2);
    QCOMPARE(applied[1][0].toInt(), 2);
}

void TstVariantsPanel::f2_renamesWhateverColumnIsCurrent()
{
    QSignalSpy renamed(m_model.get(), &VariantModel::renamed);
    m_panel->selectVariants({2});
    tree()->selectionModel()->setCurrentIndex(shownIndex(1, VariantModel::Size),
                                              QItemSelectionModel::NoUpdate);
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_F2);
    auto *editor = tree()->viewport()->findChild<QLineEdit *>();
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
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Delete);
    QCOMPARE(deleted.size(), 1);
    QCOMPARE(deleted[0][0].value<QVector<int>>(), QVector<int>({1, 3}));
    QCOMPARE(m_model->rowCount(), 4); // asked, not done
}

void TstVariantsPanel::sorting_keepsTheBaselineOnTop()
{
    const auto click = [this](int column) {
        QHeaderView *header = tree()->header();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          QPoint(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                                 header->height() / 2));
    };
    click(VariantModel::Size);
    m_model->append(fromElsewhere("vendor", 20'000'000));
    const auto top = [this](int row) { return tree()->model()->index(row, 0).data().toString(); };
    QCOMPARE(top(0), QString("baseline"));
    QCOMPARE(shown(0, 0), QString("4 bits"));
    QCOMPARE(shown(2, 0), QString("16 bits"));
    QCOMPARE(shown(3, 0), QString("vendor"));
    click(VariantModel::Size);
    QCOMPARE(top(0), QString("baseline"));
    QCOMPARE(shown(0, 0), QString("vendor"));
    QCOMPARE(shown(1, 0), QString("16 bits"));
    click(VariantModel::Name);
    QCOMPARE(shown(0, 0), QString("4 bits")); // 4 before 8 before 16
    QCOMPARE(shown(2, 0), QString("16 bits"));
    m_panel->selectVariants({3});
    QCOMPARE(m_panel->selectedVariants(), QVector<int>({3}));
}

void TstVariantsPanel::copy_givesRowsAsText()
{
    m_panel->selectVariants({0, 1});
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[0],
             QString("Variant\tTop-1\tSize\tRatio\tDifference\tAgreement\tLatency\tRecipe\tFrom\tMACs\t"
                     "When")); // all of them, shown or not
    QVERIFY(lines[2].startsWith("8 bits\t82.9 % ± 3.5\t3.60 MB\t3.9×\t"));
    QVERIFY(lines[2].contains("\t*: 8 bits\tbaseline\t"));
}

void TstVariantsPanel::tree_showsWhatWasMadeFromWhat()
{
    Variant child = variant("4 bits, pruned", 1'500'000);
    child.parent = "4 bits";
    m_model->append(child);
    QCOMPARE(shown(3, 0), QString("4 bits, pruned")); // no deeper than the others, until it is asked for
    QCOMPARE(shown(3, VariantModel::From), QString("4 bits"));
    QVERIFY(shownIndex(3).data(Qt::ToolTipRole).toString().contains("Made from 4 bits."));
    QCOMPARE(shown(0, VariantModel::From), QString("baseline"));
    QVERIFY(tree()->model()->index(0, VariantModel::From).data().toString().isEmpty());
    m_panel->selectVariants({4});
    QTest::mouseClick(button("Tree"), Qt::LeftButton);
    QCOMPARE(m_panel->selectedVariants(), QVector<int>({4}));
    const QModelIndex parent = treeIndex(1);
    QCOMPARE(parent.data().toString(), QString("4 bits"));
    QCOMPARE(tree()->model()->rowCount(parent), 1);
    QVERIFY(tree()->isExpanded(parent)); // nothing is hidden that was just made
    m_panel->selectVariants({4});
    QCOMPARE(m_panel->selectedVariants(), QVector<int>({4}));
    QVERIFY(tree()->visualRect(tree()->model()->index(0, 0, parent)).isValid());
    VariantsPanel another; // as it was left
    another.setModel(m_model.get());
    QCOMPARE(another.findChild<QTreeView *>()->model()->rowCount(), 1);
}

void TstVariantsPanel::delete_hangsChildrenOneHigher()
{
    QTest::mouseClick(button("Tree"), Qt::LeftButton);
    Variant child = variant("child", 1'500'000), grandchild = variant("grandchild", 1'400'000);
    child.parent = "4 bits";
    grandchild.parent = "child";
    m_model->append(child);
    m_model->append(grandchild);
    m_panel->selectVariants({5});
    m_model->remove({4});
    QCOMPARE(m_model->at(4).parent, QString("4 bits"));
    QCOMPARE(m_panel->selectedVariants(), QVector<int>({4})); // the same variant still
    QCOMPARE(tree()->model()->index(0, 0, treeIndex(1)).data().toString(), QString("grandchild"));
    m_model->remove({2});
    QVERIFY(m_model->at(3).parent.isEmpty());
    QCOMPARE(tree()->model()->rowCount(tree()->model()->index(0, 0)), 3);
}

void TstVariantsPanel::notes_belongToTheSelectedVariant()
{
    if (!notes()->isVisible())
        QTest::mouseClick(button("Notes"), Qt::LeftButton);
    QVERIFY(notes()->isVisible());
    m_panel->selectVariants({});
    QVERIFY(!notes()->isEnabled());
    m_panel->selectVariants({0});
    QVERIFY(!notes()->isEnabled());
    m_panel->selectVariants({2});
    QVERIFY(notes()->isEnabled());
    QTest::keyClicks(notes(), "first line");
    QTest::keyClick(notes(), Qt::Key_Return);
    QTest::keyClicks(notes(), "second");
    QCOMPARE(m_model->at(2).note, QString("first line\nsecond"));
    m_panel->selectVariants({1});
    QVERIFY(notes()->toPlainText().isEmpty());
    m_panel->selectVariants({2});
    QCOMPARE(notes()->toPlainText(), QString("first line\nsecond"));
    QVERIFY(shownIndex(1).data(Qt::ToolTipRole).toString().contains("second"));
    m_panel->selectVariants({1, 2});
    QVERIFY(!notes()->isEnabled());
    QTest::mouseClick(button("Notes"), Qt::LeftButton);
    QVERIFY(!notes()->isVisible());
}

void TstVariantsPanel::notes_areKeptWithTheFigures()
{
    QVERIFY(m_model->setData(m_model->index(1, 0), "kept", VariantModel::NoteRole));
    QVERIFY(!m_model->setData(m_model->index(0, 0), "no", VariantModel::NoteRole));
    QVERIFY(m_model->setData(m_model->index(1, 0), "other name"));
    QCOMPARE(m_model->at(1).note, QString("kept"));
    QCOMPARE(m_model->at(1).figures.bytes, qint64(3'600'000));
}

void TstVariantsPanel::file_cannotBeApplied()
{
    QSignalSpy applied(m_panel.get(), &VariantsPanel::applyRequested);
    m_model->append(fromElsewhere("vendor", 3'000'000));
    m_panel->selectVariants({4});
    QVERIFY(!button("Apply")->isEnabled());
    QVERIFY2(button("Apply")->toolTip().contains("no recipe"), qPrintable(button("Apply")->toolTip()));
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Return);
    QCOMPARE(applied.size(), 0);
    m_panel->selectVariants({0, 4});
    QVERIFY(button("Compare")->isEnabled());
    m_panel->selectVariants({1});
    QVERIFY(button("Apply")->isEnabled());
    QVERIFY(!button("Apply")->toolTip().contains("no recipe"));
}

void TstVariantsPanel::file_saysWhatWasFoundAndWhatIsWrong()
{
    m_model->append(fromElsewhere("vendor", 3'000'000));
    const auto recipe = [this](int role) {
        return m_model->index(4, VariantModel::RecipeSummary).data(role).toString();
    };
    QCOMPARE(recipe(Qt::DisplayRole), QString("vendor.onnx"));
    QVERIFY2(recipe(Qt::ToolTipRole).contains("by name: 5, by shape: 1"),
             qPrintable(recipe(Qt::ToolTipRole)));
    Variant gone = m_model->at(4);
    gone.file->state = VariantFile::Gone;
    m_model->update(4, gone);
    QVERIFY2(recipe(Qt::DisplayRole).contains("gone"), qPrintable(recipe(Qt::DisplayRole)));
    QCOMPARE(m_model->index(4, VariantModel::Size).data().toString(), QString("3.00 MB")); // stays
    gone.file->state = VariantFile::Changed;
    m_model->update(4, gone);
    QVERIFY2(recipe(Qt::DisplayRole).contains("another one"), qPrintable(recipe(Qt::DisplayRole)));
}

void TstVariantsPanel::addFile_needsAModel()
{
    m_panel->setSaveEnabled(false);
    QVERIFY(!button("Add ONNX file…")->isEnabled());
    QVERIFY(!drop({QUrl::fromLocalFile("/models/a.onnx")})); // the window opens it
    m_panel->setSaveEnabled(true);
    QVERIFY(button("Add ONNX file…")->isEnabled());
}

void TstVariantsPanel::addFile_beginsBesideTheModelThenWhereItWasLast()
{
    QTemporaryDir models, others;
    QFile file(others.filePath("a.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    m_panel->setSaveEnabled(true);
    m_panel->setModelFolder(models.path());
    QStringList begun;
    QString choice = file.fileName();
    const auto answer = [&] {
        QTimer::singleShot(0, m_panel.get(), [&] {
            auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            begun << dialog->directory().path();
            dialog->selectFile(choice);
            choice.isEmpty() ? dialog->reject() : static_cast<QDialog *>(dialog)->accept();
        });
        button("Add ONNX file…")->click();
    };
    QSignalSpy files(m_panel.get(), &VariantsPanel::filesRequested);
    answer();
    QCOMPARE(files.size(), 1);
    choice.clear();
    answer();
    QCOMPARE(begun, QStringList({models.path(), others.path()}));
    QCOMPARE(files.size(), 1);
}

void TstVariantsPanel::drop_takesModelsOnly()
{
    QSignalSpy files(m_panel.get(), &VariantsPanel::filesRequested);
    m_panel->setSaveEnabled(true);
    QVERIFY(!drop({QUrl::fromLocalFile("/models/a.lathe")}));
    QVERIFY(!drop({QUrl("https://example.org/a.onnx")}));
    QVERIFY(!drop({QUrl::fromLocalFile("/models/a.onnx"), QUrl::fromLocalFile("/models/a.json")}));
    QCOMPARE(files.size(), 0);
    QVERIFY(drop({QUrl::fromLocalFile("/models/a.onnx"), QUrl::fromLocalFile("/models/B.ONNX")}));
    QCOMPARE(files.size(), 1);
    QCOMPARE(files[0][0].toStringList(), QStringList({"/models/a.onnx", "/models/B.ONNX"}));
}

void TstVariantsPanel::measureAgain_isForFiles()
{
    QSignalSpy measured(m_panel.get(), &VariantsPanel::measureRequested);
    const auto action = [this] {
        for (QAction *a : m_panel->actions())
            if (a->text() == "Measure again")
                return a;
        return static_cast<QAction *>(nullptr);
    }();
    QVERIFY(action);
    m_model->append(fromElsewhere("vendor", 3'000'000));
    m_panel->selectVariants({1});
    QVERIFY(!action->isEnabled());
    m_panel->selectVariants({1, 4});
    action->trigger();
    QCOMPARE(measured.size(), 1);
    QCOMPARE(measured[0][0].value<QVector<int>>(), QVector<int>({4}));
}

void TstVariantsPanel::names_mayHoldAnything()
{
    m_model->append(variant("%1 of %2", 1));
    QCOMPARE(m_model->freeName("%1 of %2"), QString("%1 of %2 2"));
    Variant child = variant("child", 1);
    child.parent = "%1 of %2";
    m_model->append(child);
    QVERIFY(shownIndex(4).data(Qt::ToolTipRole).toString().contains("Made from %1 of %2."));
}

QTEST_MAIN(TstVariantsPanel)
#include "tst_variantspanel.moc"
