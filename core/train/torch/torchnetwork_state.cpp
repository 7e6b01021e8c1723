// All that a network needs to go on as if it had never stopped.
#include "core/base/error.h"
#include "core/train/torch/torchnetwork.h"

#include <sstream>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

namespace lathe::train {

std::string TorchNetwork::state() const
{
    torch::serialize::OutputArchive archive;
    const std::vector<at::Tensor> all = leaves();
    for (size_t i = 0; i < all.size(); ++i)
        archive.write("leaf" + std::to_string(i), all[i].detach(), true);
    size_t number = 0;
    for (const auto &[name, tensor] :
         std::map<std::string, at::Tensor>(m_statistics.begin(), m_statistics.end())) {
        archive.write("name" + std::to_string(number), c10::IValue(name));
        archive.write("statistics" + std::to_string(number++), tensor, true);
    }
    for (size_t i = 0; i < m_weights.size(); ++i) {
        if (!m_weights[i].parameter.hasMask())
            continue;
        const MatrixParameter &matrix = m_weights[i].parameter.matrix();
        archive.write("kept" + std::to_string(i), at::tensor(matrix.kept(), at::kByte), true);
        archive.write("regrows" + std::to_string(i), c10::IValue(matrix.regrows()));
    }
    torch::serialize::OutputArchive optimizer;
    m_optimizer->save(optimizer);
    archive.write("optimizer", optimizer);
    std::ostringstream out;
    archive.save_to(out);
    return std::move(out).str();
}

void TorchNetwork::readState(const std::string &state)
{
    const at::NoGradGuard still;
    torch::serialize::InputArchive archive;
    std::istringstream in(state);
    archive.load_from(in);
    const std::vector<at::Tensor> all = leaves();
    for (size_t i = 0; i < all.size(); ++i) {
        at::Tensor tensor;
        archive.read("leaf" + std::to_string(i), tensor, true);
        at::Tensor leaf = all[i];
        TORCH_CHECK(leaf.sizes() == tensor.sizes(), "other shapes");
        leaf.copy_(tensor);
    }
    m_statistics.clear();
    c10::IValue name;
    for (size_t i = 0; archive.try_read("name" + std::to_string(i), name); ++i)
        archive.read("statistics" + std::to_string(i), m_statistics[name.toStringRef()], true);
    for (size_t i = 0; i < m_weights.size(); ++i) {
        at::Tensor kept;
        c10::IValue regrows;
        if (!archive.try_read("kept" + std::to_string(i), kept, true) ||
            !archive.try_read("regrows" + std::to_string(i), regrows)) {
            if (m_weights[i].parameter.hasMask())
                m_weights[i].parameter.matrix().clearKept();
            continue;
        }
        const auto *first = kept.data_ptr<uint8_t>();
        m_weights[i].parameter.matrix().setKept({first, first + kept.numel()}, regrows.toBool());
    }
    torch::serialize::InputArchive optimizer;
    archive.read("optimizer", optimizer);
    m_optimizer->load(optimizer);
}

void TorchNetwork::setState(const std::string &state)
{
    const std::string before = this->state();
    try {
        readState(state);
    } catch (const std::exception &) { // the library's, for what is no archive or has not what is sought
        readState(before);
        throw Error(ErrorCode::InvalidArgument, Message::tr("The state is that of another network."));
    }
}

} // namespace lathe::train
