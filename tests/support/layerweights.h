#pragma once
// Constants that tell where each number of a layer's matrix came from.
#include "core/model/model.h"

#include <QTest>
#include <algorithm>
#include <functional>

namespace lathe::test {

/// 0, 1, 2, ...
inline Tensor counting(const Shape &shape)
{
    Tensor tensor = makeTensor(ElementType::Float32, shape);
    float next = 0.0F;
    for (float &v : tensor.as<float>())
        v = next++;
    return tensor;
}

inline Tensor integers(const std::vector<int64_t> &values)
{
    Tensor tensor = makeTensor(ElementType::Int64, {static_cast<int64_t>(values.size())});
    std::copy(values.begin(), values.end(), tensor.as<int64_t>().begin());
    return tensor;
}

using Place = std::function<int64_t(int64_t row, int64_t col)>;

/// Of a layer whose constant counts up, so that entry (row, col) of its matrix tells where it came from: it
/// comes from there, and goes back.
inline void compareWithPlaces(const Model &model, size_t layer, Index rows, Index cols, const Place &place)
{
    const Layer &info = model.layers().at(layer);
    QCOMPARE(info.untouchable.text(), std::string());
    QCOMPARE(info.rows, rows);
    QCOMPARE(info.cols, cols);
    const Matrix weight = model.weight(layer);
    for (Index r = 0; r < rows; ++r)
        for (Index c = 0; c < cols; ++c)
            QCOMPARE(weight(r, c), static_cast<float>(place(r, c)));
    const std::vector<float> back = matrixToConstant(info.layout, weight);
    for (size_t i = 0; i < back.size(); ++i)
        QCOMPARE(back[i], static_cast<float>(i));
}

} // namespace lathe::test
