#pragma once
// Tensors that lie in files beside the model. Inside core only.
#include "core/base/inputfile.h"
#include "core/base/message.h"

#include <filesystem>
#include <map>
#include <memory>
#include <onnx/onnx_pb.h>
#include <string>

namespace lathe {

using ExternalFiles =
    std::map<std::string, std::shared_ptr<const InputFile>>; ///< by location as written in the model

bool isExternal(const onnx::TensorProto &tensor);

/// Opens the file of an external tensor unless that is done already.
/// @param folder of the model; nothing outside it is opened. Empty: every external tensor is refused.
/// @param what   start of the sentence: file and tensor
/// @throws Error MalformedModel; FileUnreadable, OutOfMemory where it is there and cannot be opened
void openExternalFile(const onnx::TensorProto &tensor, const std::filesystem::path &folder,
                      const Message &what, ExternalFiles &files);

/// Where the tensor's bytes lie: read them with `file->read(offset, size)` when they are needed.
struct ExternalPlace {
    std::shared_ptr<const InputFile> file;
    uint64_t offset = 0;
    size_t size = 0;

    InputFile::Bytes read() const { return file->read(offset, size); } ///< @throws as InputFile
};
/// Reads nothing.
/// @param expected bytes by the declared type and shape; a declared length must agree with it
/// @throws Error MalformedModel
ExternalPlace externalPlace(const onnx::TensorProto &tensor, const ExternalFiles &files, const Message &what,
                            int64_t expected);

} // namespace lathe
