#include "core/certify/opencvcheck.h"

#include "core/certify/outputdifference.h"
#include "core/data/quietopencv.h"
#include "core/model/proto.h"

#include <algorithm>
#include <opencv2/dnn.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace lathe {
namespace {

using Result = CertificateCheck::Result;

/// Of "... Node [Op@domain]:(file!name) ..." the operator and the name; empty: there is no such thing. By
/// hand: names make texts as long as they like, and a regular expression would go one call deeper for each
/// letter.
std::optional<std::pair<std::string, std::string>> nodeIn(const std::string &text)
{
    constexpr std::string_view start = "Node [", middle = "]:(";
    for (size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
        const size_t op = at + start.size(), domain = text.find('@', op), end = text.find(']', op);
        const size_t close = end == std::string::npos ? end : text.find(')', end);
        if (close == std::string::npos || domain >= end || text.compare(end, middle.size(), middle) != 0)
            continue;
        const std::string inside = text.substr(end + middle.size(), close - end - middle.size());
        return std::pair(text.substr(op, domain - op), inside.substr(inside.find('!') + 1)); // npos + 1 is 0
    }
    return std::nullopt;
}

/// Which node its importer gave up on, or else the first line of what it says.
Message shortReason(const cv::Exception &error)
{
    const std::string text = error.what();
    if (const auto node = nodeIn(text))
        return Message::tr("its importer does not take this {} (\"{}\")", node->first, node->second);
    const std::string &reason = error.err.empty() ? text : error.err;
    return Message::verbatim(reason.substr(0, reason.find('\n')));
}

struct Run {
    std::vector<Tensor> outputs;
    Message failure; ///< empty: it ran
};

cv::Mat matOf(const Tensor &tensor)
{
    const std::vector<int> sizes(tensor.shape.begin(), tensor.shape.end());
    cv::Mat mat(static_cast<int>(sizes.size()), sizes.data(), CV_32F);
    const std::vector<float> values = toFloats(tensor);
    std::copy(values.begin(), values.end(), mat.ptr<float>());
    return mat;
}

/// The output in the form ONNX Runtime gave it, for OpenCV keeps its own shapes.
Tensor tensorOf(const cv::Mat &mat, const Tensor &like)
{
    const cv::Mat flat = mat.isContinuous() ? mat : mat.clone();
    if (flat.depth() != CV_32F || static_cast<int64_t>(flat.total()) != like.count())
        return {};
    return fromFloats(like.type, like.shape, {flat.ptr<float>(), flat.total()});
}

Run run(const Model &model, const std::vector<Tensor> &feed, const std::vector<Tensor> &like)
{
    try {
        const std::string bytes = model.serialize();
        cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
        net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
        for (size_t i = 0; i < feed.size(); ++i)
            net.setInput(matOf(feed[i]), model.inputs()[i].name);
        const std::vector<std::string> names = net.getUnconnectedOutLayersNames();
        if (names.size() != like.size())
            return {{}, Message::tr("it finds {} outputs", names.size())};
        std::vector<cv::Mat> results;
        net.forward(results, names);
        Run run;
        for (size_t i = 0; i < results.size(); ++i)
            run.outputs.push_back(tensorOf(results[i], like[i]));
        return run;
    } catch (const cv::Exception &error) {
        return {{}, shortReason(error)};
    } catch (const Error &error) {
        return {{}, error.message()};
    }
}

bool onlyPlainFloats(const std::vector<Tensor> &tensors)
{
    return std::all_of(tensors.begin(), tensors.end(), [](const Tensor &tensor) {
        return (tensor.type == ElementType::Float32 || tensor.type == ElementType::Float16) &&
               !tensor.shape.empty();
    });
}

/// About the file, or the graph that stands for it.
struct Subject {
    Message check;
    Message what;
};

Subject theFile()
{
    return {Message::tr("OpenCV"), Message::tr("the file")};
}

Subject plainGraph()
{
    return {Message::tr("OpenCV, plain weights"), Message::tr("the same graph with plain weights")};
}

CertificateCheck answer(const Subject &subject, Result result, Message detail)
{
    return {subject.check, result, std::move(detail)};
}

constexpr int64_t largest = int64_t(1) << 29; ///< bytes of a model that OpenCV is asked about

/// Of which OpenCV 4.6 reads the weight as a null pointer.
bool convolvesSparse(const onnx::GraphProto &graph)
{
    const auto isSparse = [&](const std::string &name) {
        return std::ranges::any_of(graph.sparse_initializer(),
                                   [&](const auto &sparse) { return sparse.values().name() == name; });
    };
    return graph.sparse_initializer_size() > 0 &&
           std::ranges::any_of(graph.node(), [&](const onnx::NodeProto &node) {
               return node.op_type() == "Conv" && node.input_size() > 1 && isSparse(node.input(1));
           });
}

/// Of which OpenCV 4.6 divides by the length.
bool hasEmptyConstants(const onnx::GraphProto &graph)
{
    return std::ranges::any_of(graph.initializer(), [](const onnx::TensorProto &constant) {
        return std::ranges::count(constant.dims(), 0) > 0;
    });
}

Message unfitReason(const OpenCvQuestion &question)
{
    if (hasEmptyConstants(question.file.content().proto.graph()))
        return Message::tr("OpenCV does not read constants without elements");
    if (convolvesSparse(question.file.content().proto.graph()))
        return Message::tr("OpenCV does not read sparse weights of convolutions");
    if (question.expected.size() != 1)
        return Message::tr("the model has several outputs, whose order OpenCV does not keep");
    if (!onlyPlainFloats(question.feed) || !onlyPlainFloats(question.expected))
        return Message::tr("OpenCV takes and gives 32-bit floats only");
    if (question.dense.fileBytes() > largest)
        return Message::tr("the model is too large for OpenCV, which copies it several times");
    return {};
}

double tolerance(const OpenCvQuestion &question)
{
    return question.half ? halfCertificateTolerance : openCvTolerance;
}

double difference(const Run &run, const std::vector<Tensor> &expected)
{
    OutputDifference difference;
    if (!difference.add(run.outputs, expected))
        return std::numeric_limits<double>::infinity();
    return difference.relative();
}

CertificateCheck agreed(const Subject &subject, double apart)
{
    return answer(subject, Result::Passed,
                  Message::tr("OpenCV {} gives the same outputs for {}: largest relative difference {:.2g}.",
                              CV_VERSION, subject.what, apart));
}

/// What other outputs say of the subject: nothing where OpenCV computes the source otherwise too.
CertificateCheck disagreed(const Subject &subject, double apart, const OpenCvQuestion &question)
{
    if (question.quantized)
        return answer(subject, Result::NotApplicable,
                      Message::tr("OpenCV cannot judge: it computes quantized values in integers of its own "
                                  "(relative difference {:.2g}).",
                                  apart));
    const Run original = run(question.source, question.feed, question.expectedSource);
    const double apartBefore =
        original.failure.empty() ? difference(original, question.expectedSource) : apart;
    if (apartBefore > tolerance(question))
        return answer(
            subject, Result::NotApplicable,
            Message::tr("OpenCV cannot judge: it computes the original model otherwise than ONNX Runtime too "
                        "(relative difference {:.2g}).",
                        apartBefore));
    return answer(subject, Result::Failed,
                  Message::tr("OpenCV gives other outputs for {}: largest relative difference {:.2g}.",
                              subject.what, apart));
}

CertificateCheck judged(const Subject &subject, const Run &tested, const OpenCvQuestion &question)
{
    const double apart = difference(tested, question.expected);
    return apart <= tolerance(question) ? agreed(subject, apart) : disagreed(subject, apart, question);
}

/// Of a file that OpenCV loads. Some of its releases take the unpacking operators and compute them wrongly
/// (4.10 those on integers); they do where they agree on the same graph with plain weights.
std::vector<CertificateCheck> judgedFile(const Run &tested, const OpenCvQuestion &question)
{
    const double apart = difference(tested, question.expected);
    if (apart <= tolerance(question))
        return {agreed(theFile(), apart)};
    const Run plain = run(question.dense, question.feed, question.expected);
    const double apartPlain = plain.failure.empty() ? difference(plain, question.expected) : apart;
    if (apartPlain > tolerance(question))
        return {disagreed(theFile(), apart, question)};
    return {answer(theFile(), Result::NotApplicable,
                   Message::tr("OpenCV {} unpacks the weights of this file wrongly (relative difference "
                               "{:.2g}); for use with it, store plain weights.",
                               CV_VERSION, apart)),
            agreed(plainGraph(), apartPlain)};
}

} // namespace

std::vector<CertificateCheck> checkByOpenCv(const OpenCvQuestion &question)
{
    if (const Message reason = unfitReason(question); !reason.empty())
        return {answer(theFile(), Result::NotApplicable, Message::tr("{}.", reason))};
    const QuietOpenCv quiet;
    const Run tested = run(question.file, question.feed, question.expected);
    if (tested.failure.empty())
        return judgedFile(tested, question);
    std::vector<CertificateCheck> checks{answer(
        theFile(), Result::NotApplicable, Message::tr("OpenCV cannot load the file: {}.", tested.failure))};
    const Run plain = run(question.dense, question.feed, question.expected);
    if (plain.failure.empty())
        checks.push_back(judged(plainGraph(), plain, question));
    return checks;
}

} // namespace lathe
