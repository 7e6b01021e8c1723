#pragma once
// ONNX Runtime, the engine that measures. Its headers and exceptions end in session.cpp.
#include "core/base/job.h"
#include "core/model/model.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

struct SessionOptions {
    int threads = 1;      ///< inside one run; several runs may go on at once on one session
    bool optimize = true; ///< false: all graph optimizations off (for certificates)
    /// false: what is quantized is computed as the graph says, never in fused integer kernels, which may
    /// round to the next step.
    bool integerKernels = true;
    std::vector<std::string> extraOutputs; ///< values inside the graph to return as well
    bool countsMemory = false;             ///< what it allocates goes through a counter; a little slower
    /// Every node of every run is timed, each under a name, into a file that begins so. Empty: none is.
    std::string profilePrefix = {};
};

/// A tensor to feed without copying. The bytes stay the caller's for the duration of the run.
struct TensorView {
    ElementType type = ElementType::Undefined;
    Shape shape;
    std::span<const std::byte> bytes;
    TensorView() = default;
    TensorView(const Tensor &t)
        : type(t.type), shape(t.shape), bytes(t.bytes) {} // implicit: a view of a tensor
    TensorView(ElementType elementType, Shape s, std::span<const std::byte> b)
        : type(elementType), shape(std::move(s)), bytes(b)
    {
    }
};

/// What a session does with the memory of a run when it ends.
enum class RunMemory {
    Kept, ///< for the next run
    Freed ///< of this run and of those before
};

/// What a run gave, still where the runtime put it: to be fed to the next model without a copy.
class RunValues {
public:
    ~RunValues();
    RunValues(RunValues &&) noexcept;
    /// Of each output, as long as this lives; strings and what is no dense tensor have no bytes.
    std::vector<TensorView> views() const;

private:
    friend class Session;
    struct Impl;
    explicit RunValues(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// A model ready to run on the CPU. run() may be called from several threads at once.
class Session {
public:
    /// @throws Error Unsupported when ONNX Runtime cannot load the model (its reason in one line, no path of
    /// ours).
    explicit Session(const Model &model, const SessionOptions &options = {});
    ~Session();
    Session(Session &&) noexcept;
    Session &operator=(Session &&) noexcept;

    /// The model scales its numbers by the whole batch (DynamicQuantizeLinear), so that a sample's output
    /// depends on the samples beside it. Measure such a model at batch 1.
    bool mixesBatch() const;
    const std::vector<ValueInfo> &inputs() const;  ///< as the runtime sees them
    const std::vector<ValueInfo> &outputs() const; ///< model outputs, then extraOutputs

    /// @param feeds one tensor for each input, in order of inputs().
    /// @returns one tensor for each output; an output that is no dense tensor comes back with type Undefined.
    ///   String outputs: type String, shape set, bytes = the strings joined by '\0'.
    /// @throws Error InvalidArgument (count, type or shape of a feed), NumericFailure or Unsupported (the run
    /// failed). @throws Cancelled
    ///   within 200 ms of ctx.stop, also in the middle of a long run.
    std::vector<Tensor> run(std::span<const TensorView> feeds, const JobContext &ctx = {},
                            RunMemory memory = RunMemory::Kept) const;
    /// The same for some outputs only, by their indices in outputs(); the others are not fetched.
    std::vector<Tensor> runFor(std::span<const size_t> wanted, std::span<const TensorView> feeds,
                               const JobContext &ctx = {}, RunMemory memory = RunMemory::Kept) const;
    /// All outputs, not copied. @throws as run()
    RunValues runHeld(std::span<const TensorView> feeds, const JobContext &ctx = {}) const;
    /// Ends the timing of nodes. @returns the file with what was timed
    std::string finishProfile();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Bytes that the values between a model's nodes take at most while it runs once, as the runtime lays them
/// out; its weights come on top. Counted during a real run, one call after the other.
/// @param feeds as for Session::run()
int64_t peakActivationBytes(const Model &model, std::span<const TensorView> feeds,
                            const JobContext &ctx = {});

/// While it lives, sessions that count memory (SessionOptions::countsMemory) can take only so many bytes
/// more, all together; what asks for more fails with OutOfMemory. One at a time.
class MemoryLimit {
public:
    explicit MemoryLimit(int64_t bytes);
    ~MemoryLimit();
    MemoryLimit(const MemoryLimit &) = delete;
    MemoryLimit &operator=(const MemoryLimit &) = delete;
};

std::string runtimeVersion(); ///< "ONNX Runtime 1.30.0"

} // namespace lathe
