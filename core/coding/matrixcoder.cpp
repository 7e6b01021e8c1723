#include "core/coding/matrixcoder.h"

#include "core/base/error.h"
#include "core/coding/bitcoder.h"
#include "core/coding/matrixmodel.h"

namespace lathe {

bool MatrixForm::isValid() const
{
    return kinds >= 2 && kinds <= mostKinds && common >= 0 && common < kinds && others > 0 && columns >= 1 &&
           columns <= mostColumns && period >= 1 && period <= columns && stride < columns;
}

struct MatrixEncoder::Parts {
    MatrixModel model;
    BitEncoder bits;
    std::vector<uint16_t> row;
};

MatrixEncoder::MatrixEncoder(const MatrixForm &form)
    : m_parts(std::make_unique<Parts>(Parts{MatrixModel(form), {}, {}}))
{
}

MatrixEncoder::~MatrixEncoder() = default;

void MatrixEncoder::add(std::span<const uint16_t> row)
{
    m_parts->row.assign(row.begin(), row.end());
    m_parts->model.row(m_parts->bits, m_parts->row);
}

std::vector<std::byte> MatrixEncoder::finish()
{
    return m_parts->bits.finish();
}

struct MatrixDecoder::Parts {
    MatrixModel model;
    BitDecoder bits;
};

MatrixDecoder::MatrixDecoder(const MatrixForm &form, std::span<const std::byte> bytes)
    : m_parts(std::make_unique<Parts>(Parts{MatrixModel(form), BitDecoder(bytes)}))
{
}

MatrixDecoder::~MatrixDecoder() = default;

void MatrixDecoder::next(std::span<uint16_t> row)
{
    if (m_parts->bits.beyondEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("The data ends early."));
    m_parts->model.row(m_parts->bits, row);
}

void MatrixDecoder::expectEnd() const
{
    if (m_parts->bits.beyondEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("The data ends early."));
    if (!m_parts->bits.atEnd())
        throw Error(ErrorCode::MalformedData, Message::tr("The data goes on after its end."));
}

} // namespace lathe
