#pragma once
// Damage to exported files.
#include "core/base/fileio.h"

#include <filesystem>
#include <onnx/onnx_pb.h>
#include <stdexcept>
#include <string>

namespace lathe::test {

/// Flips one bit in the middle of the largest constant that the file stores.
/// @param prefix of the names that count
inline void flipStoredBit(const std::filesystem::path &path, const std::string &prefix = {})
{
    onnx::ModelProto proto;
    if (!proto.ParseFromString(readFile(path)))
        throw std::runtime_error("no model: " + path.string());
    onnx::TensorProto *largest = nullptr;
    const auto consider = [&](onnx::TensorProto &tensor) {
        if (tensor.name().starts_with(prefix) &&
            (!largest || tensor.raw_data().size() > largest->raw_data().size()))
            largest = &tensor;
    };
    for (onnx::SparseTensorProto &tensor : *proto.mutable_graph()->mutable_sparse_initializer())
        consider(*tensor.mutable_values());
    for (onnx::TensorProto &tensor : *proto.mutable_graph()->mutable_initializer())
        consider(tensor);
    if (!largest)
        throw std::runtime_error("no constant is stored in " + path.string());
    std::string &bytes = *largest->mutable_raw_data();
    bytes.at(bytes.size() / 2) = static_cast<char>(bytes.at(bytes.size() / 2) ^ 1);
    writeFileAtomically(path, proto.SerializeAsString());
}

} // namespace lathe::test
