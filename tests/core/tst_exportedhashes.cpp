// Exported files stay the files they are, byte for byte but for Lathe's version: whoever exported a model
// must get the same one from a later Lathe. Held for what neither a matrix product nor the number of threads
// nor the processor has a part in, on models whose numbers are made of whole ones.
//
// A row that fails prints the hash that it has now. Where the change is meant, put it into the row, and say
// in CHANGELOG.md which exports are others than before.
#include "core/base/fileio.h"
#include "core/exporting/graph.h"
#include "core/model/proto.h"
#include "tests/support/graphbuilder.h"
#include "tests/support/places.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;

namespace {

/// Values in [-1, 1) by whole numbers alone: the same wherever it is built, which std::normal_distribution
/// does not promise. Near zero they are more, as weights are.
Tensor values(const Shape &shape, uint64_t seed)
{
    Tensor tensor = randomTensor(shape, 1);
    for (float &value : tensor.as<float>()) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const float plain = static_cast<float>(static_cast<int64_t>(seed >> 40U) - (1 << 23)) * 0x1p-23F;
        value = plain * std::abs(plain);
    }
    return tensor;
}

/// Convolutions of three kinds, a normalization behind each of the first two, and both kinds of products.
Model generated()
{
    GraphBuilder b;
    b.input("x", {1, 4, 8, 8}).output("y");
    b.constant("w1", values({12, 4, 3, 3}, 1)).constant("w2", values({12, 1, 3, 3}, 2));
    b.constant("w3", values({20, 12, 1, 1}, 3)).constant("b3", values({20}, 4));
    b.constant("w4", values({1280, 16}, 5)).constant("w5", values({10, 16}, 6));
    for (const char *of : {"1", "2"}) {
        const std::string n = of;
        b.constant("scale" + n, values({12}, 7)).constant("shift" + n, values({12}, 8));
        Tensor deviation = values({12}, 9);
        for (float &value : deviation.as<float>())
            value = 0.5F + value * value;
        b.constant("mean" + n, values({12}, 10)).constant("variance" + n, deviation);
    }
    const std::vector<int64_t> around{1, 1, 1, 1};
    b.node("Conv", {"x", "w1"}, {"c1"}, {{"pads", around}}, "conv");
    b.node("BatchNormalization", {"c1", "scale1", "shift1", "mean1", "variance1"}, {"n1"}, {}, "norm1");
    b.node("Relu", {"n1"}, {"r1"}, {}, "relu1");
    b.node("Conv", {"r1", "w2"}, {"c2"}, {{"pads", around}, {"group", int64_t(12)}}, "depthwise");
    b.node("BatchNormalization", {"c2", "scale2", "shift2", "mean2", "variance2"}, {"n2"}, {}, "norm2");
    b.node("Conv", {"n2", "w3", "b3"}, {"c3"}, {}, "pointwise");
    b.node("Flatten", {"c3"}, {"f"}, {}, "flat");
    b.node("MatMul", {"f", "w4"}, {"m"}, {}, "dense");
    b.node("Gemm", {"m", "w5"}, {"y"}, {{"transB", int64_t(1)}}, "head");
    return b.build();
}

std::string hashOf(const Model &model)
{
    onnx::ModelProto proto = model.content().proto;
    auto &entries = *proto.mutable_metadata_props();
    for (int i = entries.size() - 1; i >= 0; --i)
        if (entries[i].key() == "lathe.version")
            entries.DeleteSubrange(i, 1);
    return sha256Hex(proto.SerializeAsString());
}

} // namespace

class TstExportedHashes : public QObject {
    Q_OBJECT
private slots:
    void file_isTheOneItWas_data();
    void file_isTheOneItWas();
};

void TstExportedHashes::file_isTheOneItWas_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<int>("storage");
    QTest::addColumn<QString>("generatedHash");
    QTest::addColumn<QString>("sampleHash");
    const auto row = [](const char *name, const char *rule, const char *generatedHash, const char *sampleHash,
                        Storage storage = Storage::Compact) {
        QTest::newRow(name) << rule << int(storage) << generatedHash << sampleHash;
    };
    row("8 bits", "*:bits=8", "162f5a6773cee726a2787e32f56a934bac35156ed4d98e4ec39dd727e3a3e55c",
        "cd217ee01cd75efa1ae10c854cc5ca2b3cff8ef94b4fbe292d7d57e01c85d029");
    row("4 bits", "*:bits=4", "7f71fe30c62d6dc336890e32f42893d668a7bd37f0cb54f841bacc0748e436a4",
        "6135c1cb00aa7941391f8f9b76322c45fcb8f8fa03da9486ca29e0bdc927f034");
    row("3 bits, asymmetric, one scale", "*:bits=3,symmetric=false,granularity=tensor",
        "3bc567cce9b746dcd7dcdf738149509f51bc25099b1ee7dbcad6bb670cf4b11a",
        "d43c5c73899a49aded0ad422e20c71cad64f34fb1ee08f5311f9d4311e2df8e5");
    row("4 bits, groups", "*:bits=4,group=16",
        "67d6351e3d8f51826a04fd7645b1a35df18c58abcd92ff8791b400c1f54a96c3",
        "d29974951aa20833bc88c4b22d0492d8a37589c028166978c33a37acfd31000d");
    row("4 bits, percentile", "*:bits=4,range=percentile",
        "1039fad1d4be4674d3a29d907263bcb22f107cc0bece24a77eb641dcc6565e97",
        "8ec72d8e7babe79bf77e1cff446cd1d5147917ba5b97cffa761cd84e5e7ef17f");
    row("2 bits, scales of powers of two", "*:bits=2,scale=power_of_two",
        "2643436e89ea7bc4307ca56017f82b8c38c754f3387d296b18d077ad0973ab84",
        "06bd53f5dc54b48242d1c7e1a5ba9527198c8ee3e560667a5360217d6172fc12");
    row("binary", "*:format=binary", "b290437323057a545f96a90e981125e6ab9e7e2bd98c554c1111eaeebfed2616",
        "a9e8616fb501b83805c7ba9db2f3d971162284e5bf05bd75eed1aa0f424f617c");
    row("ternary", "*:format=ternary", "7e26914535a9c3e232e4b6219cdaf0c29d2ef8f677f7267b40e93896f1418b8b",
        "09f17612ba033ba4c10f64865c632541f5468c4d8c57f9709016abbf1077f6ea");
    row("NF4", "*:format=nf4", "0a797640af3b06f4c613b134d149d2c39d7ecd850de868344259f0769e069341",
        "87ea456c1bd9f0342c33b82eafaf97fba2b6dbdd5c7f93fefc3dafcd50d24750");
    row("float16", "*:format=fp16", "7a080005aac02ecd8dfaaac0ef8ffd09f7c77bdf9fc52df3574306684082db56",
        "62804177212755a01cfbee2ad5ddf5a31a27a4e501640a480b3d300a42ade4c3");
    row("bfloat16", "*:format=bf16", "a39dd486c0b67a4ead65124e5ae9c776cb3d914e0a8915e2ee72e6b9fcea751e",
        "c3a5521f7e0aa6dc6509f1c171584f0a549c09f12585580624f4309c3ebd90db");
    row("codebook", "*:clusters=16", "260f64a5a0a32493e926aa889f9437ed177401308dc33c58f53b0aa4b2d2aa97",
        "b442ce86412bafe461948e0854ce7b20d956fb3b1eef84ca6a73be82bd2f7f8b");
    row("pruned by magnitude", "*:prune=0.7",
        "1a42c3662c21e859923a8fc1d1915a86eceb56131fa508c6241d9363a8941682",
        "897f34b24e66a6231d29cd71631a874dc2805fc61e97cb9e2bae7d7d7cdcbdd1");
    row("pruned at random", "*:prune=0.5,prune.method=random",
        "c1b17c2a2f5dbf70ae9de4afa767bb0a917c49076e811b6efb854efd38e899cb",
        "929197b079d1fa5d336b80893edf057f909db71d2b3247131004ec2b910e3f31");
    row("pruned under one threshold", "*:prune=0.6,prune.scope=global",
        "f37d4b3201025a2fec3de02220342d4191ece187b3a24a7b0a19a700783878cb",
        "b7354950964d5bb583122e994641b3b302d6a8c8ffda5f3509b9ee651a0d8658");
    row("pruned 2 of 4", "*:prune.pattern=2:4",
        "cbd0e164bf16e3a8855c9cf7ef9c892b2f1a01339604926f126baebcd798e5c0",
        "b599d5cf798396673dc94cf0b6b519a2f9481b6ae9560707d2433eb98fbc587b");
    row("pruned, then 4 bits", "*:prune=0.5,bits=4",
        "8a4e2829f2bdb399cbfc3203dd59fab8837bd41fbcc9ecf5d0d69cdcc2f217d0",
        "9bb03e2806bc85028b6ae6efbf5a506665640bc4d6dd33bc297ee1c71fe63a0b");
    row("pruned, then a codebook", "*:prune=0.5,clusters=8",
        "a55a9979e635ec00b609a6552641e5a416f1819c3c499d7c7cf7ac8a83e2ffa8",
        "70647a20182efdc3b02f6781f439159746969bd9a7dfdbf6e7f772d5b25005e4");
    row("folded", "*:fold=batchnorm", "8c79be97e1e3cfc053d0473a40d628a3280b39c73a74d1e7525c26fbcd7f1a3c",
        "ef03b0f5f91ac022fde9e1f3fb28b1dba155d23b65a0273d9d3e0ffb6ba90fb0");
    row("folded, then 8 bits", "*:fold=batchnorm,bits=8",
        "d97456c526fd83320a84e38d23676c8f7bb70a07ae8d27526a314d87d0274e94",
        "c1f55554434e8f531faeaa31df632471d69943e63215eb04e7494b1a65c1701d");
    row("dense", "*:bits=4", "1aac46d03e4a4624b2688cdc42b5ee042422262d20d042d913f3795c30ef372a",
        "9b128e0597a0603ed66e3b8fa7e77c37a05d25abd046b053a35d97b505d55821", Storage::Dense);
    row("QDQ of 8 bits", "*:bits=8", "ba86411748d61619ae6704d1024605a9b5388997d6f1866c17f57eeedaf0398c",
        "aeae861347d5631c77e3c9063674198c32729a40da5d29377facae89d9157e2d", Storage::QdqInt8);
    row("QDQ of 4 bits", "*:bits=4", "f7467c4b284b80435eb93ac9efa43c5100a0bcb42c8f4829ccc048574a01f9f2",
        "57fcaf553d2d3744b80adc63698173ad90638d56347c9dfedc707f51d8b1b9ff", Storage::QdqInt4);
    row("MatMulNBits", "*:bits=4,group=16",
        "23047bc2e1c6191ad33a38635c618036bf821a3ac9623f125cb62f3c225cc27c",
        "2b8da7038ae131f98aa68687d8167c355e9fccb2b4e03fb91b12e93ccd0d4e94", Storage::MatMulNBits);
    row("sparse", "*:prune=0.9", "aaa247daff59f4d3389f33d63eeb59d55903872f89b8fa5540642190a061fe2c",
        "9e963929c70d85477866e46adfc5a8ceb8e3946fec33426844135636b4717a4b", Storage::Sparse);
}

void TstExportedHashes::file_isTheOneItWas()
{
    QFETCH(QString, rule);
    QFETCH(int, storage);
    QFETCH(QString, generatedHash);
    QFETCH(QString, sampleHash);
    const auto exported = [&](const Model &source) {
        const CompressedModel compressed = Compressor(source).compress({{}, {parseRule(rule.toStdString())}});
        return QString::fromStdString(hashOf(buildModel(compressed, Storage(storage)).model));
    };
    const QString ofSample = exported(Model::load(sourcePath("resources/sample/digits.onnx")));
    const QString ofGenerated = exported(generated());
    QVERIFY2(ofGenerated == generatedHash && ofSample == sampleHash,
             qPrintable(QStringLiteral("now: \"%1\", \"%2\"").arg(ofGenerated, ofSample)));
}

QTEST_GUILESS_MAIN(TstExportedHashes)
#include "tst_exportedhashes.moc"
