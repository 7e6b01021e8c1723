#pragma once
// Tensors that lie in files beside the model. Inside core only.
#include "core/base/fileio.h"

#include <filesystem>
#include <map>
#include <memory>
#include <onnx/onnx_pb.h>
#include <span>
#include <string>

namespace lathe {

using MappedFiles =
    std::map<std::string, std::shared_ptr<const MappedFile>>; ///< by location as written in the model

bool isExternal(const onnx::TensorProto &tensor);

/// Maps the file of an external tensor unless that is done already.
/// @param folder of the model; nothing outside it is opened. Empty: every external tensor is refused.
/// @param what   start of the sentence: file and tensor
/// @throws Error MalformedModel
void mapExternalFile(const onnx::TensorProto &tensor, const std::filesystem::path &folder,
                     const std::string &what, MappedFiles &files);

/// The tensor's bytes in its mapped file.
/// @param expected bytes by the declared type and shape; a declared length must agree with it
/// @throws Error MalformedModel
std::span<const std::byte> externalBytes(const onnx::TensorProto &tensor, const MappedFiles &files,
                                         const std::string &what, int64_t expected);

} // namespace lathe
