#include "ui/export/exportforms.h"

#include <QCoreApplication>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::ExportForms)
};

} // namespace

QVector<ExportForm> exportForms()
{
    return {
        {Storage::Compact, Words::tr("Compact"),
         Words::tr("k bits as k bits, in standard operators: runs wherever ONNX runs. The smallest.")},
        {Storage::Dense, Words::tr("Dense"),
         Words::tr("The compressed weights as plain float32: as large as before, loads fastest, any program "
                   "reads it.")},
        {Storage::QdqInt8, Words::tr("QDQ int8"),
         Words::tr(
             "8-bit codes and DequantizeLinear, as runtimes with integer arithmetic expect them. Layers "
             "without 8-bit codes are stored compactly.")},
        {Storage::QdqInt4, Words::tr("QDQ int4"),
         Words::tr(
             "4-bit codes and DequantizeLinear; the model becomes one of opset 21, which needs a runtime of "
             "2024 or later. Layers without such codes are stored compactly.")},
        {Storage::MatMulNBits, Words::tr("MatMulNBits"),
         Words::tr("Products in ONNX Runtime's own operator, which keeps codes of 4 or 8 bits packed while "
                   "it runs. "
                   "Only ONNX Runtime reads it.")},
        {Storage::Sparse, Words::tr("Sparse"),
         Words::tr(
             "Pruned weights as sparse initializers: smaller than dense only where few weights are left.")},
    };
}

} // namespace lathe::ui
