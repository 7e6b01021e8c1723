#include "ui/exportforms.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::ExportForms)
};

FormWeight weigh(Exporter &exporter, const CompressedModel &compressed, Storage storage,
                 const JobContext &ctx)
{
    FormWeight weight;
    weight.issues = compressed.issues;
    try {
        const BuiltModel built = exporter.build(compressed, storage, ctx);
        weight.bytes = built.model.serializedBytes();
        weight.layers = built.layers;
        weight.issues.insert(weight.issues.end(), built.issues.begin(), built.issues.end());
    } catch (const Error &error) {
        weight.failure = QString::fromUtf8(error.what());
    }
    return weight;
}

} // namespace

QVector<ExportForm> exportForms()
{
    return {
        {Storage::Compact, Words::tr("Compact"),
         Words::tr("k bits as k bits, in standard operators: runs wherever ONNX runs. The smallest.")},
        {Storage::Dense, Words::tr("Dense"),
         Words::tr("The compressed weights as plain float32: as large as before, loads fastest, any program "
                   "reads it.")},
    };
}

void weighForms(Compressor &compressor, Exporter &exporter, const Recipe &recipe,
                const std::function<void(FormWeight)> &deliver, const JobContext &ctx)
{
    const CompressedModel compressed = compressor.compress(recipe, ctx.part(0.0, 0.2));
    const QVector<ExportForm> forms = exportForms();
    for (int i = 0; i < forms.size(); ++i) {
        const double step = 0.8 / static_cast<double>(forms.size());
        FormWeight weight =
            weigh(exporter, compressed, forms[i].storage, ctx.part(0.2 + step * i, 0.2 + step * (i + 1)));
        weight.form = i;
        deliver(std::move(weight));
    }
}

} // namespace lathe::ui
