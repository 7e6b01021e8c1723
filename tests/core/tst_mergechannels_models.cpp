#include "core/model/proto.h"
#include "core/onnx/constants.h"
#include "core/rewrite/mergechannels.h"
#include "core/rewrite/slim.h"
#include "tests/support/channelremoval.h"
#include "tests/support/modelruns.h"
#include "tests/support/onnxchecks.h"

#include <QTest>
#include <map>

using namespace lathe;
using namespace lathe::test;

/// Channels of real networks merged: that the narrow network gives what the wide one with merged channels
/// gives, and that merging a quarter changes outputs less than taking the smallest quarter out.
class TstMergeChannelsModels : public QObject {
    Q_OBJECT
private slots:
    void realModels_wideAndNarrowAgree_data();
    void realModels_wideAndNarrowAgree();
    void quarterMerged_isNearerThanRemoved_data();
    void quarterMerged_isNearerThanRemoved();

private:
    static Model modelAt(const QString &file)
    {
        return Model::load(testData() + "/" + file.toStdString() + ".onnx");
    }
    /// By group the free channels with the smallest sum of squares of all that makes them.
    static std::vector<Channels> smallest(const Model &model, const ChannelGroups &groups,
                                          const std::vector<size_t> &kept);
    static double distance(const Tensor &a, const Tensor &b);
};

void TstMergeChannelsModels::realModels_wideAndNarrowAgree_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name :
         {"models/mnist-8", "models/fashion_mnist_cnn", "models/resnet20_cifar10", "models/resnet56_cifar10",
          "models/mobilenetv2", "models/squeezenet1.1", "models/squeezenet_fp16",
          "models/vit_cifar10_ibp_3_3_8", "odd-models/byte_sb_bidi_lstm",
          "odd-models/Ultraface.version-RFB-320", "odd-models/yolox_nano",
          "odd-models/micro_kws_m_static_fp32", "odd-models/light_shufflenet",
          "odd-models/bert_toy_optimized", "tasks/detection/FastestDet", "tasks/keywords/kws_digits",
          "tasks/language-model/babyllama_tok105", "tasks/text-detection/ppocr_v4_det"})
        QTest::newRow(name) << QString(name);
}

/// Of each group that can be merged a third of the channels goes.
void TstMergeChannelsModels::realModels_wideAndNarrowAgree()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    const Model model = modelAt(file);
    const ChannelGroups groups = channelGroups(model);
    std::vector<size_t> kept;
    size_t merged = 0;
    for (const ChannelGroup &group : groups.groups) {
        const bool can = group.prunable() > 8 && mergeObstacle(model, group).empty();
        kept.push_back(group.channels - (can ? group.prunable() / 3 : 0));
        merged += can ? 1 : 0;
    }
    qInfo("%zu of %zu groups", merged, groups.groups.size());
    const Merging merging = mergedChannels(model, groups, kept);
    const ChannelGroups after = channelGroups(merging.model);
    QCOMPARE(after.groups.size(), groups.groups.size());
    const Model narrow = slim(merging.model, after, merging.removed);
    const double rounding = file.endsWith("fp16") ? 2e-2 : 1e-4;
    QVERIFY(relativeDifference(answerOf(narrow), answerOf(merging.model)) < rounding);
    if (refusalByOnnx(model).empty())
        QCOMPARE(refusalByOnnx(narrow), std::string());
    QVERIFY(merged > 0);
    if (!file.contains("shufflenet")) // whose weights nodes make of nothing
        QVERIFY(narrow.parameterCount() < model.parameterCount());
}

std::vector<Channels> TstMergeChannelsModels::smallest(const Model &model, const ChannelGroups &groups,
                                                       const std::vector<size_t> &kept)
{
    const Model::Content &content = model.content();
    std::vector<Channels> removed;
    for (size_t g = 0; g < groups.groups.size(); ++g) {
        const ChannelGroup &group = groups.groups[g];
        std::vector<double> sums(group.channels, 0.0);
        for (const ChannelUse &use : group.uses) {
            if (!use.stored || use.summed)
                continue;
            const Tensor tensor = readConstant(*content.index, *content.index->find(0, use.tensor),
                                               content.externalFiles, content.label);
            int64_t inner = 1;
            for (size_t d = use.axis + 1; d < tensor.shape.size(); ++d)
                inner *= tensor.shape[d];
            std::vector<double> places(static_cast<size_t>(use.length), 0.0);
            const std::vector<float> values = toFloats(tensor);
            for (size_t i = 0; tensor.shape.size() > 1 && i < values.size(); ++i)
                places[i / static_cast<size_t>(inner) % places.size()] +=
                    double(values[i]) * double(values[i]);
            for (size_t c = 0; c < group.channels; ++c)
                for (const int32_t place : use.of(c))
                    sums[c] += places[static_cast<size_t>(place)];
        }
        std::multimap<double, size_t> sizes;
        for (size_t c = 0; c < group.channels; ++c)
            if (!group.locked[c])
                sizes.emplace(sums[c], c);
        removed.emplace_back();
        for (auto next = sizes.begin(); removed[g].size() + kept[g] < group.channels; ++next)
            removed[g].push_back(next->second);
    }
    return removed;
}

/// As a share of the length of the second.
double TstMergeChannelsModels::distance(const Tensor &a, const Tensor &b)
{
    const std::vector<float> x = toFloats(a), y = toFloats(b);
    double difference = 0.0, length = 0.0;
    for (size_t i = 0; i < x.size(); ++i) {
        difference += (double(x[i]) - double(y[i])) * (double(x[i]) - double(y[i]));
        length += double(y[i]) * double(y[i]);
    }
    return std::sqrt(difference / length);
}

/// Where a twentieth goes the smallest channels of resnet56 are as good as zero, and taking them out is
/// nearer.
void TstMergeChannelsModels::quarterMerged_isNearerThanRemoved_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"models/resnet20_cifar10", "models/resnet56_cifar10", "models/mobilenetv2"})
        QTest::newRow(name) << QString(name);
}

void TstMergeChannelsModels::quarterMerged_isNearerThanRemoved()
{
    LATHE_NEED_TEST_DATA();
    QFETCH(QString, file);
    const Model model = modelAt(file);
    const ChannelGroups groups = channelGroups(model);
    std::vector<size_t> kept;
    for (const ChannelGroup &group : groups.groups)
        kept.push_back(group.channels - (mergeObstacle(model, group).empty() ? group.prunable() / 4 : 0));
    const Tensor expected = answerOf(model);
    const Merging merging = mergedChannels(model, groups, kept);
    const double merged =
        distance(answerOf(slim(merging.model, channelGroups(merging.model), merging.removed)), expected);
    const double removed = distance(answerOf(slim(model, groups, smallest(model, groups, kept))), expected);
    qInfo("merged %.3f, removed %.3f of the output", merged, removed);
    QVERIFY(merged < removed);
}

QTEST_APPLESS_MAIN(TstMergeChannelsModels)
#include "tst_mergechannels_models.moc"
