#pragma once
// Reads the columns x out of a layer's input tensor: implicit im2col. Inside core/calibrate only.
#include "core/calibrate/layerinput.h"

#include <memory>
#include <span>

namespace lathe {

/// The columns of one tensor, numbered sample by sample. May be read from several threads.
class ColumnReader {
public:
    virtual ~ColumnReader() = default;
    virtual Index count() const = 0;
    /// Writes column `position` of `height` values.
    virtual void read(Index position, std::span<float> column) const = 0;
};

/// @param values of the tensor, which must outlive the reader.
/// @throws Error Unsupported (the shape does not fit the layer's weight; `layer` is named)
std::unique_ptr<ColumnReader> columnsOf(const LayerInput &input, const Shape &shape,
                                        std::span<const float> values, const std::string &layer);

} // namespace lathe
