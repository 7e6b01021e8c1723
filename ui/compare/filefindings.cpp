#include "ui/compare/filefindings.h"

#include "core/base/fileio.h"
#include "core/measure/modelfit.h"
#include "ui/base/messages.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::VariantFiles)
};

[[noreturn]] void refuse(const QString &sentence)
{
    throw Error(ErrorCode::InvalidArgument, Message::verbatim(sentence.toStdString()));
}

} // namespace

MatchedFile matchFile(const Model &open, const QString &path, const QString &sha256, const JobContext &ctx)
{
    Model model = Model::load(path.toStdString(), ctx.part(0.0, 0.4));
    if (!sha256.isEmpty() && sha256.toStdString() != model.sha256())
        refuse(Words::tr("%1 is not the file that was measured any more. Add it anew.")
                   .arg(QFileInfo(path).fileName()));
    return matchedFile(open, std::move(model), ctx.part(0.4, 1.0));
}

FileFindings inspectFile(const Model &open, const QString &path, const EvaluationData *data,
                         const JobContext &ctx)
{
    const MatchedFile matched = matchFile(open, path, {}, ctx.part(0.0, 0.2));
    if (const Message obstacle = obstacleToMeasuring(open, matched.model); !obstacle.empty())
        refuse(Words::tr("%1 cannot stand beside the open model. %2")
                   .arg(QFileInfo(path).fileName(), messageText(obstacle)));
    FileFindings findings;
    findings.file.path = QFileInfo(path).absoluteFilePath();
    findings.file.sha256 = QString::fromStdString(matched.model.sha256());
    findings.file.bytes = matched.model.fileBytes();
    findings.file.zeros = matched.readable.sparsity(ctx);
    findings.file.byName = static_cast<int>(matched.matching.count(LayerMatching::By::Name));
    findings.file.byShape = static_cast<int>(matched.matching.count(LayerMatching::By::Shape));
    findings.file.state = VariantFile::Here;
    findings.figures = figuresOfFile(open, matched, data, ctx.part(0.2, 1.0));
    return findings;
}

VariantFile::State stateOf(const VariantFile &file)
{
    if (!QFileInfo(file.path).isFile())
        return VariantFile::Gone;
    const auto hash = runGuarded([&] { return sha256OfFile(file.path.toStdString()); });
    const auto *found = std::get_if<std::string>(&hash);
    if (!found)
        return VariantFile::Gone; // what cannot be read is as good as not there
    return file.sha256.isEmpty() || *found == file.sha256.toStdString() ? VariantFile::Here
                                                                        : VariantFile::Changed;
}

} // namespace lathe::ui
