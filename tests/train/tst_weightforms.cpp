// Every form that a weight is encoded in: what is computed with it, what of it moves, what stays as it was.
#include "core/base/error.h"
#include "core/methods/encodingcheck.h"
#include "tests/support/encodingcases.h"
#include "tests/support/trainednetworks.h"

#include <cmath>
#include <map>
#include <set>

using namespace lathe;
using namespace lathe::train;

Q_DECLARE_METATYPE(lathe::Encoding)

class TstWeightForms : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void value_isWhatTheEncodingDecodesTo_data();
    void value_isWhatTheEncodingDecodesTo();
    void training_keepsTheStructure_data() { value_isWhatTheEncodingDecodesTo_data(); }
    void training_keepsTheStructure();
    void cluster_movesByTheSumOfItsGradients();
    void masked_staysZeroAndOthersMoveByTheirGradient();
    void grid_passesTheGradientOnAndClipsIt();
    void original_isWhereTrainingBegins_data() { value_isWhatTheEncodingDecodesTo_data(); }
    void original_isWhereTrainingBegins();
    void original_saysWhichCodeChangesFirst();
    void maskedOriginal_staysZeroWhereTheScaleFalls_data();
    void maskedOriginal_staysZeroWhereTheScaleFalls();
    void scalesThatHalvesCannotHold_stayNumbers();
    void relativeRate_countsInShares();
    void entryOfWhatIsNotKept_staysZero();
    void emptyBinaryRow_staysEmpty();
    void halfStorage_isRounded();
    void repeatedEntries_goOnRepeatingTheLast();
};

namespace {

constexpr Index rows = 6, cols = 8;

Matrix targetScores(unsigned seed)
{
    return test::randomMatrix(16, rows, seed);
}

/// Some steps towards other outputs than it has.
void trainALittle(Network &network, int steps, double rate)
{
    Batch batch{{{"x", test::tensorOf(test::randomMatrix(16, cols, 3))}}, {}, {}, {}};
    batch.features = {test::tensorOf(targetScores(9))};
    network.setOptimizer({.kind = Optimizer::Kind::Adam});
    for (int i = 0; i < steps; ++i)
        network.step(batch, {.output = "y", .features = 1, .featureValues = {"y"}}, rate);
}

std::unique_ptr<Network> networkOf(const Encoding &encoding)
{
    const Model model = test::productModel(decode(encoding));
    return loadEngine().network(model, {.weights = {test::weightForm(model, encoding)}});
}

void addRow(const std::string &name, const Encoding &encoding)
{
    QTest::newRow(name.c_str()) << encoding;
}

void addFactorRows()
{
    const auto plain = [](Index r, Index c, unsigned seed) {
        return test::plainEncoding(test::randomMatrix(r, c, seed));
    };
    FactorEncoding product{FactorForm::Product, {plain(2, cols, 1), plain(rows, 2, 2)}};
    addRow("product", product);
    product.residual = test::randomEncoding(
        {"", test::EncodingCase::Content::Dense, test::EncodingCase::Scale::None, false, 0.3},
        {rows, cols, 0}, 8, 5);
    addRow("product with a sparse rest", product);
    FactorEncoding coded{FactorForm::Product, {plain(2, cols, 1), plain(rows, 2, 2)}};
    coded.factors[0] = test::randomEncoding(
        {"", test::EncodingCase::Content::Uniform, test::EncodingCase::Scale::Row}, {2, cols, 0}, 4, 6);
    addRow("product of coded factors", coded);
    addRow("product in groups",
           FactorEncoding{FactorForm::Product, {plain(4, cols, 1), plain(rows, 2, 2)}, {}, {}, 2});
    // [6, 2 * 2 * 2]
    const KernelShape kernel{rows, 2, 2, 2};
    addRow("spatial", FactorEncoding{FactorForm::Spatial, {plain(3, 4, 1), plain(rows, 6, 2)}, {}, kernel});
    addRow(
        "tucker",
        FactorEncoding{FactorForm::Tucker2, {plain(2, 2, 1), plain(3, 8, 2), plain(rows, 3, 3)}, {}, kernel});
    addRow("separable",
           FactorEncoding{FactorForm::Separable, {plain(2, 4, 1), plain(rows, 2, 2)}, {}, kernel});
}

void compareStructure(const MatrixEncoding &before, const MatrixEncoding &after)
{
    QCOMPARE(after.kept, before.kept);
    QCOMPARE(after.values.index(), before.values.index());
    const Matrix values = decode(after);
    for (size_t i = 0; i < before.kept.size(); ++i)
        QVERIFY(before.kept[i] != 0 || values.data()[i] == 0);
    if (const auto *codes = std::get_if<UniformCodes>(&after.values)) {
        const auto &old = std::get<UniformCodes>(before.values);
        QCOMPARE(codes->bits, old.bits);
        QCOMPARE(codes->zeroPoints, old.zeroPoints);
        QCOMPARE(codes->scales.values.size(), old.scales.values.size());
        for (const uint8_t code : codes->codes)
            QVERIFY(code < (1 << codes->bits));
        for (const float scale : codes->scales.values)
            QVERIFY(scale > 0 && std::isfinite(scale));
    } else if (const auto *book = std::get_if<CodebookCodes>(&after.values)) {
        const auto &old = std::get<CodebookCodes>(before.values);
        QCOMPARE(book->entries, old.entries);
        QCOMPARE(book->tables.size(), old.tables.size());
        if (!old.scales.values.empty())
            QCOMPARE(book->tables, old.tables); // the scales learn, the table is a fixed one
        for (size_t i = 1; i < book->tables.size(); ++i)
            QVERIFY(i % static_cast<size_t>(book->entries) == 0 || book->tables[i - 1] <= book->tables[i]);
        if (old.scales.values.empty()) { // who shares an entry does so still
            const Index runs = old.rowsPerTable > 0 ? old.rowsPerTable : before.rows;
            std::map<std::pair<Index, uint8_t>, std::set<uint8_t>> becomes;
            for (size_t i = 0; i < old.codes.size(); ++i)
                becomes[{static_cast<Index>(i) / before.cols / runs, old.codes[i]}].insert(book->codes[i]);
            for (const auto &[code, now] : becomes)
                QCOMPARE(now.size(), size_t{1});
        }
    }
    const Scales *scales = nullptr;
    if (const auto *codes = std::get_if<UniformCodes>(&after.values))
        scales = &codes->scales;
    if (scales && scales->group > 0)
        for (const float scale : scales->values)
            QCOMPARE(toFloats(fromFloats(ElementType::Float16, {1}, {&scale, 1})).front(), scale);
}

} // namespace

void TstWeightForms::initTestCase()
{
    LATHE_NEED_ENGINE();
}

void TstWeightForms::value_isWhatTheEncodingDecodesTo_data()
{
    QTest::addColumn<Encoding>("encoding");
    for (const test::EncodingCase &one : test::encodingCases())
        for (const int bits : {1, 2, 3, 4, 8}) {
            const bool coded = one.content == test::EncodingCase::Content::Uniform ||
                               one.content == test::EncodingCase::Content::Codebook;
            if (!coded && bits != 4)
                continue;
            addRow(std::string(one.name) + ", " + std::to_string(bits) + " bits",
                   test::randomEncoding(one, {rows, cols, 4}, bits, 11 + static_cast<unsigned>(bits)));
        }
    addFactorRows();
}

void TstWeightForms::value_isWhatTheEncodingDecodesTo()
{
    QFETCH(Encoding, encoding);
    const auto network = networkOf(encoding);
    const Matrix wanted = decode(encoding);
    const double scale = std::max(1e-6, static_cast<double>(wanted.cwiseAbs().maxCoeff()));
    const double off = test::largestDifference(test::weightInUse(*network, cols), wanted);
    QVERIFY2(off <= 1e-6 * scale, qPrintable(QString::number(off)));

    const Encoding back = network->weights().front();
    QVERIFY(test::largestDifference(decode(back), wanted) <= 1e-6 * scale);
    const auto before = matricesOf(encoding), after = matricesOf(back);
    QCOMPARE(after.size(), before.size());
    for (size_t i = 0; i < before.size(); ++i) {
        compareStructure(*before[i], *after[i]);
        if (const auto *codes = std::get_if<UniformCodes>(&before[i]->values)) {
            QCOMPARE(std::get<UniformCodes>(after[i]->values).codes, codes->codes);
            QCOMPARE(std::get<UniformCodes>(after[i]->values).scales.values, codes->scales.values);
        }
    }
}

void TstWeightForms::training_keepsTheStructure()
{
    QFETCH(Encoding, encoding);
    const auto network = networkOf(encoding);
    const Matrix wanted = decode(encoding);
    trainALittle(*network, 6, 0.02);
    const Encoding after = network->weights().front();
    const Matrix values = decode(after);
    QVERIFY(values.allFinite());
    if (!QString(QTest::currentDataTag()).contains("nearly all pruned")) // what is left may stay on its codes
        QVERIFY2(test::largestDifference(values, wanted) > 1e-5, "nothing has moved");
    // What the file will hold is what was trained with.
    const double scale = static_cast<double>(values.cwiseAbs().maxCoeff());
    const double off = test::largestDifference(test::weightInUse(*network, cols), values);
    QVERIFY2(off <= 2e-6 * std::max(scale, 1e-3), qPrintable(QString::number(off)));
    const auto old = matricesOf(encoding), now = matricesOf(after);
    QCOMPARE(now.size(), old.size());
    for (size_t i = 0; i < old.size(); ++i) {
        QCOMPARE(now[i]->rows, old[i]->rows);
        QCOMPARE(now[i]->cols, old[i]->cols);
        compareStructure(*old[i], *now[i]);
    }
    // And it is an encoding that trains on.
    const auto again = networkOf(after);
    QVERIFY(test::largestDifference(test::weightInUse(*again, cols), values) <= 2e-6 * std::max(scale, 1e-3));
}

namespace {

/// Multiples of 1/8 from -1 to 7/8, which are still to be given.
MatrixEncoding onEighths()
{
    UniformCodes codes;
    codes.bits = 4;
    codes.scales.values = {0.125F};
    codes.zeroPoints = {8};
    return {rows, cols, {}, std::move(codes)};
}

/// One step of plain descent. @returns the gradient by the weight that it went by
Matrix stepOnce(Network &network, double rate)
{
    Batch batch{{{"x", test::tensorOf(test::randomMatrix(16, cols, 3))}}, {}, {}, {}};
    batch.features = {test::tensorOf(targetScores(9))};
    const Loss loss{.output = "y", .features = 1, .featureValues = {"y"}};
    std::vector<Matrix> sums, squares;
    network.addGradients(batch, loss, sums, squares);
    network.setOptimizer({.kind = Optimizer::Kind::Sgd, .momentum = 0});
    network.step(batch, loss, rate);
    return sums.front();
}

} // namespace

void TstWeightForms::cluster_movesByTheSumOfItsGradients()
{
    MatrixEncoding encoding{rows, cols, {}, CodebookCodes{2, {}, 4, 0, {-1, -0.2F, 0.3F, 2}, {}}};
    auto &book = std::get<CodebookCodes>(encoding.values);
    for (Index i = 0; i < rows * cols; ++i)
        book.codes.push_back(static_cast<uint8_t>(i * 7 % 4));
    const auto network = networkOf(encoding);
    const Matrix gradient = stepOnce(*network, 0.01);
    const Encoding result = network->weights().front();
    const auto &after = std::get<CodebookCodes>(std::get<MatrixEncoding>(result).values);
    for (size_t entry = 0; entry < 4; ++entry) {
        double sum = 0;
        for (Index i = 0; i < rows * cols; ++i)
            if (book.codes[static_cast<size_t>(i)] == entry)
                sum += static_cast<double>(gradient.data()[i]);
        const double expected = static_cast<double>(book.tables[entry]) - 0.01 * sum;
        QVERIFY2(
            std::abs(static_cast<double>(after.tables[entry]) - expected) < 1e-5,
            qPrintable(QString("%1, not %2").arg(static_cast<double>(after.tables[entry])).arg(expected)));
    }
    QCOMPARE(after.codes, book.codes);
}

void TstWeightForms::masked_staysZeroAndOthersMoveByTheirGradient()
{
    MatrixEncoding encoding = test::plainEncoding(test::randomMatrix(rows, cols, 2));
    Matrix &values = std::get<DenseValues>(encoding.values).values;
    for (Index i = 0; i < rows * cols; ++i) {
        encoding.kept.push_back(i % 3 == 0 ? 1 : 0);
        if (i % 3 != 0)
            values.data()[i] = 0;
    }
    const auto network = networkOf(encoding);
    const Matrix gradient = stepOnce(*network, 0.1);
    QVERIFY(gradient.cwiseAbs().minCoeff() > 0); // by the weight itself, whatever the mask says
    const Matrix after = decode(network->weights().front());
    for (Index i = 0; i < rows * cols; ++i)
        QVERIFY(std::abs(after.data()[i] - (i % 3 == 0 ? values.data()[i] - 0.1F * gradient.data()[i] : 0)) <
                1e-6F);
}

void TstWeightForms::grid_passesTheGradientOnAndClipsIt()
{
    // One scale that is not moved by what lies on the grid: dL/ds = sum g (q - z - w/s) = 0 inside the range.
    MatrixEncoding encoding = onEighths();
    auto &codes = std::get<UniformCodes>(encoding.values);
    for (Index i = 0; i < rows * cols; ++i)
        codes.codes.push_back(static_cast<uint8_t>(i * 5 % 16));
    const auto network = networkOf(encoding);
    const Matrix before = decode(encoding);
    const Matrix gradient = stepOnce(*network, 4.0);
    const Encoding result = network->weights().front();
    const auto &after = std::get<UniformCodes>(std::get<MatrixEncoding>(result).values);
    QVERIFY(std::abs(after.scales.values.front() - 0.125F) < 1e-6F);
    for (Index i = 0; i < rows * cols; ++i) {
        const double place = (before.data()[i] - 4.0 * gradient.data()[i]) / 0.125 + 8;
        if (std::abs(place - std::floor(place) - 0.5) > 1e-3) // not between two codes
            QCOMPARE(static_cast<double>(after.codes[static_cast<size_t>(i)]),
                     std::clamp(std::round(place), 0.0, 15.0));
    }
}

/// Whatever it is: at first it is rounded to what the encoding says.
void TstWeightForms::original_isWhereTrainingBegins()
{
    QFETCH(Encoding, encoding);
    const Matrix wanted = decode(encoding);
    const Model model = test::productModel(wanted);
    WeightForm form = test::weightForm(model, encoding);
    form.original = 3 * test::randomMatrix(wanted.rows(), wanted.cols(), 21);
    const auto network = loadEngine().network(model, {.weights = {form}});
    const double scale = std::max(1e-6, static_cast<double>(wanted.cwiseAbs().maxCoeff()));
    QVERIFY(test::largestDifference(test::weightInUse(*network, cols), wanted) <= 1e-6 * scale);
    const Encoding back = network->weights().front();
    const auto before = matricesOf(encoding), after = matricesOf(back);
    for (size_t i = 0; i < before.size(); ++i)
        if (const auto *codes = std::get_if<UniformCodes>(&before[i]->values))
            QCOMPARE(std::get<UniformCodes>(after[i]->values).codes, codes->codes);
}

void TstWeightForms::original_saysWhichCodeChangesFirst()
{
    MatrixEncoding encoding = onEighths();
    auto &codes = std::get<UniformCodes>(encoding.values);
    Matrix original(rows, cols);
    for (Index i = 0; i < rows * cols; ++i) {
        codes.codes.push_back(static_cast<uint8_t>(i * 5 % 14 + 1)); // none at the ends
        const float off = static_cast<float>(i % 9 - 4) / 9.0F; // of a step, always less than half of one
        original.data()[i] = 0.125F * (static_cast<float>(codes.codes.back()) - 8 + off);
    }
    const Model model = test::productModel(decode(encoding));
    WeightForm form = test::weightForm(model, encoding);
    form.original = original;
    const auto network = loadEngine().network(model, {.weights = {form}});
    const Matrix gradient = stepOnce(*network, 0.5);
    const Encoding result = network->weights().front();
    const auto &after = std::get<UniformCodes>(std::get<MatrixEncoding>(result).values);
    size_t changed = 0;
    for (Index i = 0; i < rows * cols; ++i) {
        const double place =
            (static_cast<double>(original.data()[i]) - 0.5 * static_cast<double>(gradient.data()[i])) /
                static_cast<double>(after.scales.values.front()) +
            8;
        if (std::abs(place - std::floor(place) - 0.5) < 0.02) // between two codes
            continue;
        const auto code = after.codes[static_cast<size_t>(i)];
        QCOMPARE(static_cast<double>(code), std::clamp(std::round(place), 0.0, 15.0));
        changed += code != codes.codes[static_cast<size_t>(i)];
    }
    QVERIFY(changed > 0);
}

void TstWeightForms::maskedOriginal_staysZeroWhereTheScaleFalls_data()
{
    QTest::addColumn<bool>("table");
    QTest::newRow("grid") << false;
    QTest::newRow("table") << true;
}

/// Nearly half a step from zero is a whole one when the steps are half as long.
void TstWeightForms::maskedOriginal_staysZeroWhereTheScaleFalls()
{
    QFETCH(bool, table);
    MatrixEncoding encoding = onEighths();
    std::vector<uint8_t> codes;
    Matrix original(rows, cols);
    for (Index i = 0; i < rows * cols; ++i) {
        encoding.kept.push_back(i % 2 == 0 ? 1 : 0);
        codes.push_back(static_cast<uint8_t>(i % 2 == 0 ? i * 5 % 16 : 8));
        const float places = static_cast<float>(codes.back()) - 8;
        const float off = places > 0 ? -0.4F : places < 0 ? 0.4F : 0.45F; // of what is rounded away from zero
        original.data()[i] = 0.125F * (places + off);
    }
    if (table) {
        CodebookCodes book{4, codes, 16, 0, {}, {{0.125F}, 0}};
        for (int entry = 0; entry < 16; ++entry)
            book.tables.push_back(static_cast<float>(entry - 8));
        encoding.values = std::move(book);
    } else {
        std::get<UniformCodes>(encoding.values).codes = codes;
    }
    const Model model = test::productModel(decode(encoding));
    WeightForm form = test::weightForm(model, encoding);
    form.original = original;
    const auto network = loadEngine().network(model, {.weights = {form}});
    const Matrix x = test::randomMatrix(16, cols, 3);
    Batch batch{{{"x", test::tensorOf(x)}}, {}, {}, {}};
    batch.features = {test::tensorOf(x * decode(encoding).transpose() * 0.2F)}; // all of it is to shrink
    network->setOptimizer({.kind = Optimizer::Kind::Adam});
    network->step(batch, {.output = "y", .features = 1, .featureValues = {"y"}}, 0.03);
    const Encoding after = network->weights().front();
    const auto &values = std::get<MatrixEncoding>(after).values;
    const Scales &scales =
        table ? std::get<CodebookCodes>(values).scales : std::get<UniformCodes>(values).scales;
    QVERIFY(scales.values.front() < 0.1F);
    QVERIFY2(faultOf(after).empty(), faultOf(after).text().c_str());
}

/// Where one group is that small, all of them keep the model's own type.
void TstWeightForms::scalesThatHalvesCannotHold_stayNumbers()
{
    UniformCodes codes;
    codes.bits = 4;
    codes.scales.group = 4;
    codes.zeroPoints = {8};
    for (Index group = 0; group < rows * cols / 4; ++group)
        codes.scales.values.push_back(group == 3 ? 1e-9F : 0.1F + 0.01F * static_cast<float>(group));
    for (Index i = 0; i < rows * cols; ++i)
        codes.codes.push_back(static_cast<uint8_t>(i * 5 % 16));
    const MatrixEncoding encoding{rows, cols, {}, std::move(codes)};
    const auto network = networkOf(encoding);
    const Encoding same = network->weights().front();
    QCOMPARE(std::get<UniformCodes>(std::get<MatrixEncoding>(same).values).scales.values,
             std::get<UniformCodes>(encoding.values).scales.values);
    const Matrix off = test::weightInUse(*network, cols) - decode(encoding);
    QVERIFY(off.row(1).segment(4, 4).cwiseAbs().maxCoeff() < 1e-14F);
    trainALittle(*network, 10, 0.003);
    const Encoding after = network->weights().front();
    QVERIFY2(faultOf(after).empty(), faultOf(after).text().c_str());
    QVERIFY(decode(after).allFinite() && decode(after) != decode(encoding));
}

/// The first step of Adam is the rate itself, whatever the gradient.
void TstWeightForms::relativeRate_countsInShares()
{
    Matrix values = test::randomMatrix(rows, cols, 2);
    for (Index row = 0; row < rows; ++row)
        values.row(row) *= std::pow(3.0F, static_cast<float>(row - 3));
    const auto step = [](Network &network) {
        Batch batch{{{"x", test::tensorOf(test::randomMatrix(16, cols, 3))}}, {}, {}, {}};
        batch.features = {test::tensorOf(targetScores(9))};
        network.setOptimizer({.kind = Optimizer::Kind::Adam, .relative = true});
        network.step(batch, {.output = "y", .features = 1, .featureValues = {"y"}}, 0.01);
    };
    const auto plain = networkOf(test::plainEncoding(values));
    step(*plain);
    const Matrix moved = (decode(plain->weights().front()) - values).cwiseAbs();
    for (Index row = 1; row < rows; ++row) { // the first one is smaller than a hundredth of all
        const double size = std::sqrt(values.row(row).squaredNorm() / static_cast<double>(cols));
        for (Index col = 0; col < cols; ++col)
            QVERIFY2(std::abs(static_cast<double>(moved(row, col)) / (0.01 * size) - 1) < 0.02,
                     qPrintable(QString("%1 of %2").arg(static_cast<double>(moved(row, col))).arg(size)));
    }

    const test::EncodingCase grid{"", test::EncodingCase::Content::Uniform, test::EncodingCase::Scale::Row};
    const MatrixEncoding encoding = test::randomEncoding(grid, {rows, cols, 0}, 3, 4);
    const auto &before = std::get<UniformCodes>(encoding.values).scales.values;
    const auto coded = networkOf(encoding);
    step(*coded);
    const Encoding result = coded->weights().front();
    const auto &after = std::get<UniformCodes>(std::get<MatrixEncoding>(result).values).scales.values;
    for (size_t row = 0; row < before.size(); ++row) // less than weights, which a scale moves all at once
        QVERIFY(std::abs(after[row] / before[row] - 1) < 0.005F);
}

void TstWeightForms::entryOfWhatIsNotKept_staysZero()
{
    MatrixEncoding encoding{rows, cols, {}, CodebookCodes{2, {}, 3, 0, {-0.5F, 0, 0.5F}, {}}};
    auto &book = std::get<CodebookCodes>(encoding.values);
    for (Index i = 0; i < rows * cols; ++i) {
        book.codes.push_back(static_cast<uint8_t>(i % 3));
        encoding.kept.push_back(i % 3 == 1 && i % 2 == 0 ? 0 : 1); // half of the zeros are kept
    }
    const auto network = networkOf(encoding);
    trainALittle(*network, 4, 0.05);
    const Encoding result = network->weights().front();
    const auto &after = std::get<CodebookCodes>(std::get<MatrixEncoding>(result).values);
    for (size_t i = 0; i < encoding.kept.size(); ++i)
        if (encoding.kept[i] == 0)
            QCOMPARE(after.tables[after.codes[i]], 0.0F);
    QVERIFY(after.tables[0] != -0.5F && after.tables[2] != 0.5F);
}

void TstWeightForms::emptyBinaryRow_staysEmpty()
{
    const test::EncodingCase binary{"", test::EncodingCase::Content::Binary, test::EncodingCase::Scale::Row,
                                    true};
    const MatrixEncoding encoding = test::randomEncoding(binary, {rows, cols, 0}, 1, 4);
    const auto network = networkOf(encoding);
    trainALittle(*network, 20, 0.1);
    const Encoding result = network->weights().front();
    const auto &after = std::get<MatrixEncoding>(result);
    const auto &codes = std::get<UniformCodes>(after.values);
    for (Index row = 0; row < rows; ++row) {
        if (codes.zeroPoints[static_cast<size_t>(row)] != 0)
            continue;
        QVERIFY(decode(after).row(row).isZero(0));
        for (Index i = 0; i < cols; ++i)
            QCOMPARE(codes.codes[static_cast<size_t>(row * cols + i)], uint8_t{0});
    }
}

void TstWeightForms::halfStorage_isRounded()
{
    for (const ElementType type : {ElementType::Float16, ElementType::BFloat16}) {
        const test::EncodingCase dense{
            "", test::EncodingCase::Content::Dense, test::EncodingCase::Scale::None, false, 1, 0, type};
        const MatrixEncoding encoding = test::randomEncoding(dense, {rows, cols, 0}, 8, 4);
        const auto network = networkOf(encoding);
        trainALittle(*network, 5, 0.03);
        const Matrix after = decode(network->weights().front());
        const std::span<const float> values{after.data(), static_cast<size_t>(after.size())};
        const std::vector<float> stored = toFloats(fromFloats(type, {rows, cols}, values));
        QVERIFY(std::equal(values.begin(), values.end(), stored.begin()));
        QVERIFY(test::largestDifference(after, decode(encoding)) > 1e-4);
    }
}

void TstWeightForms::repeatedEntries_goOnRepeatingTheLast()
{
    MatrixEncoding encoding{rows, cols, {}, CodebookCodes{2, {}, 4, 0, {-1, 0.5F, 0.5F, 0.5F}, {}}};
    auto &book = std::get<CodebookCodes>(encoding.values);
    for (Index i = 0; i < rows * cols; ++i)
        book.codes.push_back(static_cast<uint8_t>(i % 2));
    const auto network = networkOf(encoding);
    trainALittle(*network, 5, 0.05);
    const Encoding result = network->weights().front();
    const auto &after = std::get<CodebookCodes>(std::get<MatrixEncoding>(result).values);
    QVERIFY(after.tables[1] != 0.5F);
    QCOMPARE(after.tables[2], after.tables[1]);
    QCOMPARE(after.tables[3], after.tables[1]);
    QCOMPARE(after.codes, book.codes);
}

QTEST_GUILESS_MAIN(TstWeightForms)
#include "tst_weightforms.moc"
