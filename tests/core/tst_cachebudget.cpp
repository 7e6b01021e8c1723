// What a Compressor remembers stays within one number of bytes, and is remembered all the same.
#include "core/compress/compressor.h"
#include "core/exporting/graph.h"
#include "tests/support/calibrationruns.h"
#include "tests/support/samplesets.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

constexpr size_t layerCount = 12;

Model manyProducts()
{
    GraphBuilder builder;
    builder.input("x", {-1, 48}).output("y", {-1, 48});
    for (size_t i = 0; i < layerCount; ++i) {
        const std::string n = std::to_string(i);
        builder.random("w" + n, {48, 48}, 0.3F);
        builder.node("MatMul", {i ? "v" + std::to_string(i - 1) : "x", "w" + n},
                     {i + 1 < layerCount ? "v" + n : "y"}, {}, "p" + n);
    }
    return builder.build();
}

Recipe recipeOf(const std::string &rule)
{
    Recipe recipe;
    recipe.rules.push_back(parseRule(rule));
    return recipe;
}

std::vector<std::string> manySettings()
{
    std::vector<std::string> rules;
    for (const int bits : {2, 3, 4, 8})
        for (const int group : {16, 48})
            rules.push_back("*:bits=" + std::to_string(bits) + ",group=" + std::to_string(group));
    for (const int percent : {20, 40, 60, 80}) {
        rules.push_back("*:rank=" + std::to_string(percent) + "%");
        rules.push_back("*:rank.energy=0." + std::to_string(percent));
        rules.push_back("*:prune=0." + std::to_string(percent) + ",prune.method=obs,bits=4");
        rules.push_back("*:prune=0." + std::to_string(percent) + ",prune.scope=global");
    }
    return rules;
}

} // namespace

class TstCacheBudget : public QObject {
    Q_OBJECT
private slots:
    void manySettings_stayWithinTheBudget_data();
    void manySettings_stayWithinTheBudget();
    void enoughRoom_remembers();
    void compressors_shareOneBudget();
    void noBudgetGiven_isOneOfItsOwn();
};

void TstCacheBudget::manySettings_stayWithinTheBudget_data()
{
    QTest::addColumn<int>("kibibytes");
    for (const int kibibytes : {0, 8, 100, 600})
        QTest::addRow("%d KiB", kibibytes) << kibibytes;
}

void TstCacheBudget::manySettings_stayWithinTheBudget()
{
    QFETCH(int, kibibytes);
    const auto budget = std::make_shared<CacheBudget>(size_t(kibibytes) << 10U);
    const Model model = manyProducts();
    const auto calibration = calibrate(model, randomSamples(model, 60), everything());
    Compressor bounded(model, calibration, {false, budget});
    Compressor plenty(model, calibration);
    for (int round = 0; round < 2; ++round)
        for (const std::string &rule : manySettings()) {
            const CompressedModel a = bounded.compress(recipeOf(rule));
            const CompressedModel b = plenty.compress(recipeOf(rule));
            QVERIFY(budget->bytes() <= budget->capacity());
            QVERIFY2(buildModel(a, Storage::Compact).model.serialize() ==
                         buildModel(b, Storage::Compact).model.serialize(),
                     rule.c_str());
        }
    QVERIFY(budget->mostBytes() <= budget->capacity());
    QVERIFY(kibibytes < 100 || budget->mostBytes() > budget->capacity() / 2);
    QVERIFY(plenty.budget()->bytes() > budget->capacity()); // so it was too small
}

void TstCacheBudget::enoughRoom_remembers()
{
    Compressor compressor(manyProducts());
    const CompressedModel first = compressor.compress(recipeOf("*:bits=4"));
    const size_t held = compressor.budget()->bytes();
    QVERIFY(held > 0);
    const CompressedModel again = compressor.compress(recipeOf("*:bits=4"));
    QCOMPARE(compressor.budget()->bytes(), held);
    for (size_t i = 0; i < layerCount; ++i)
        QCOMPARE(again.layers[i].code.weight, first.layers[i].code.weight); // the same object
}

void TstCacheBudget::compressors_shareOneBudget()
{
    const auto budget = std::make_shared<CacheBudget>(size_t(1) << 20U);
    const Model model = manyProducts();
    Compressor one(model, nullptr, {false, budget});
    one.compress(recipeOf("*:bits=4"));
    const size_t ofOne = budget->bytes();
    {
        Compressor other(model, nullptr, {false, one.budget()});
        other.compress(recipeOf("*:bits=4"));
        QCOMPARE(budget->bytes(), 2 * ofOne);
    }
    QCOMPARE(budget->bytes(), ofOne); // what goes gives back
}

void TstCacheBudget::noBudgetGiven_isOneOfItsOwn()
{
    const Model model = manyProducts();
    const Compressor one(model), other(model);
    QCOMPARE(one.budget()->capacity(), CompressorOptions::defaultCacheBytes);
    QVERIFY(one.budget() != other.budget());
}

QTEST_GUILESS_MAIN(TstCacheBudget)
#include "tst_cachebudget.moc"
