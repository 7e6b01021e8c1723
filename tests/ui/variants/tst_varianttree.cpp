#include "ui/variants/variantmodel.h"
#include "ui/variants/varianttree.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <random>

using namespace lathe::ui;

namespace {

Variant variant(const QString &name, const QString &parent = {})
{
    Variant v;
    v.id = v.name = name;
    v.parent = parent;
    return v;
}

Variant file(const QString &name)
{
    Variant v = variant(name);
    v.file = VariantFile{};
    return v;
}

/// "baseline(a(c) b) d"
QString textOf(const QAbstractItemModel &tree, const QModelIndex &parent = {})
{
    QStringList texts;
    for (int row = 0; row < tree.rowCount(parent); ++row) {
        const QModelIndex index = tree.index(row, 0, parent);
        const QString below = textOf(tree, index);
        texts << index.data().toString() + (below.isEmpty() ? QString() : "(" + below + ")");
    }
    return texts.join(' ');
}

} // namespace

class TstVariantTree : public QObject {
    Q_OBJECT
private slots:
    void variants_hangBelowWhatTheyWereMadeFrom();
    void filesFromElsewhere_standBesideTheBaseline();
    void removal_hangsChildrenOneHigher();
    void newParent_movesTheBranch();
    void circles_areImpossible();
    void edits_goThrough();
    void randomHistory_staysATree();
    void flat_isTheOrderOfTheModel();
};

void TstVariantTree::variants_hangBelowWhatTheyWereMadeFrom()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    QCOMPARE(textOf(tree), QString());
    model.setBaseline(variant("baseline"));
    model.append(variant("a"));
    model.append(variant("b", "a"));
    model.append(variant("c", "baseline"));
    model.append(variant("d", "b"));
    model.append(variant("e", "nobody"));
    QCOMPARE(textOf(tree), QString("baseline(a(b(d)) c e)"));
    QCOMPARE(tree.variantOf(tree.indexOf(4)), 4);
    QCOMPARE(tree.indexOf(4, 3).column(), 3);
    QCOMPARE(tree.variantOf(tree.indexOf(4).parent()), 2);
    QVERIFY(!tree.indexOf(9).isValid());
    QCOMPARE(tree.variantOf({}), -1);
    model.clear();
    QCOMPARE(textOf(tree), QString());
}

void TstVariantTree::filesFromElsewhere_standBesideTheBaseline()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), file("f"), variant("a"), file("g")});
    QCOMPARE(textOf(tree), QString("baseline(a) f g"));
}

void TstVariantTree::removal_hangsChildrenOneHigher()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), variant("a"), variant("b", "a"), variant("c", "b"),
                       variant("d", "b"), variant("e", "a")});
    const QPersistentModelIndex c = tree.indexOf(3);
    model.remove({2});
    QCOMPARE(textOf(tree), QString("baseline(a(c d e))"));
    QCOMPARE(c.data().toString(), QString("c")); // selections survive
    model.remove({1, 3});
    QCOMPARE(textOf(tree), QString("baseline(c e)"));
    model.remove({0});
    QCOMPARE(textOf(tree), QString("baseline(c e)"));
}

void TstVariantTree::newParent_movesTheBranch()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), variant("a"), variant("b"), variant("c", "b")});
    QSignalSpy moved(&tree, &QAbstractItemModel::rowsMoved);
    model.update(2, variant("b", "a"));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(textOf(tree), QString("baseline(a(b(c)))"));
}

void TstVariantTree::circles_areImpossible()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), variant("a", "b"), variant("b", "a"), variant("c", "c")});
    QCOMPARE(textOf(tree), QString("baseline(a(b) c)"));
    model.update(1, variant("a", "b"));
    QCOMPARE(textOf(tree), QString("baseline(a(b) c)"));
}

void TstVariantTree::edits_goThrough()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), variant("a"), variant("b", "a")});
    QSignalSpy changed(&tree, &QAbstractItemModel::dataChanged);
    QVERIFY(tree.setData(tree.indexOf(2), "other"));
    QVERIFY(!changed.isEmpty());
    QCOMPARE(tree.indexOf(2).data().toString(), QString("other"));
    QVERIFY(tree.setData(tree.indexOf(2), "why", VariantModel::NoteRole));
    QCOMPARE(model.at(2).note, QString("why"));
    QVERIFY(!tree.setData(tree.indexOf(0), "mine"));
    QVERIFY(tree.flags(tree.indexOf(2)).testFlag(Qt::ItemIsEditable));
    QVERIFY(!tree.flags(tree.indexOf(0)).testFlag(Qt::ItemIsEditable));
    QVERIFY(!tree.flags(tree.indexOf(0)).testFlag(Qt::ItemNeverHasChildren));
    QCOMPARE(tree.headerData(0, Qt::Horizontal).toString(), QString("Variant"));
}

void TstVariantTree::randomHistory_staysATree()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setBaseline(variant("baseline"));
    std::mt19937 random(3);
    for (int step = 0; step < 80; ++step) {
        const auto any = [&] { return int(random() % unsigned(model.rowCount())); };
        if (random() % 3 > 0 || model.rowCount() < 3)
            model.append(variant(QString::number(step), model.at(any()).id));
        else if (random() % 2 == 0)
            model.remove({any(), any()});
        else
            model.setBaseline(variant("baseline"));
    }
    int nodes = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        nodes += tree.indexOf(row).isValid();
        QCOMPARE(tree.indexOf(row).data().toString(), model.at(row).name);
    }
    QCOMPARE(nodes, model.rowCount());
}

void TstVariantTree::flat_isTheOrderOfTheModel()
{
    VariantModel model;
    VariantTree tree(&model);
    QAbstractItemModelTester tester(&tree);
    model.setVariants({variant("baseline"), variant("a"), variant("b", "a"), file("f"), variant("c", "b")});
    QCOMPARE(textOf(tree), QString("baseline(a(b(c))) f"));
    tree.setFlat(true);
    QCOMPARE(textOf(tree), QString("baseline a b f c"));
    model.append(variant("d", "c"));
    model.remove({1});
    QCOMPARE(textOf(tree), QString("baseline b f c d"));
    model.update(1, variant("b", "d"));
    QCOMPARE(textOf(tree), QString("baseline b f c d"));
    QCOMPARE(tree.indexOf(3, VariantModel::From).data().toString(), QString("b"));
    QSignalSpy changed(&tree, &QAbstractItemModel::dataChanged);
    QVERIFY(tree.setData(tree.indexOf(1), "other")); // what was made from it names it
    const bool told = std::ranges::any_of(changed, [&](const QList<QVariant> &signal) {
        return signal[0].toModelIndex().row() == 3 && signal[1].toModelIndex().column() >= VariantModel::From;
    });
    QVERIFY(told);
    QCOMPARE(tree.indexOf(3, VariantModel::From).data().toString(), QString("other"));
    tree.setFlat(false);
    QCOMPARE(textOf(tree), QString("baseline(other(c(d))) f"));
}

QTEST_GUILESS_MAIN(TstVariantTree)
#include "tst_varianttree.moc"
