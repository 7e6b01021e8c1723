#include "core/base/error.h"
#include "core/base/heap.h"
#include "core/base/processor.h"
#include "core/train/engine.h"

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string_view>

namespace lathe::train {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view fileName = "liblathe-train.so";

/// What the engine's libraries read when they are loaded; set before main(), while there is one thread.
[[maybe_unused]] const bool environmentIsSet = [] {
    const Processor processor = thisProcessor();
    if (const auto kernels = archType(std::getenv("BLIS_ARCH_TYPE"), processor))
        setenv("BLIS_ARCH_TYPE", kernels->c_str(), 1);
    if (const auto kernels = openBlasType(std::getenv("OPENBLAS_CORETYPE"), processor))
        setenv("OPENBLAS_CORETYPE", kernels->c_str(), 1);
    setenv("OMP_WAIT_POLICY", "passive", 0); // threads that wait leave the processor to others
    return true;
}();

fs::path programsFolder()
{
    std::error_code unknown;
    return fs::read_symlink("/proc/self/exe", unknown).parent_path();
}

/// Beside the program, where it is installed, or where the loader looks.
std::string libraryPath()
{
    for (const fs::path &folder : {programsFolder(), programsFolder() / LATHE_LIBRARIES})
        if (const fs::path path = folder / fileName; fs::exists(path))
            return path.string();
    return std::string(fileName);
}

Engine &openEngine()
{
    const std::string path = libraryPath();
    void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const std::string reason = dlerror();
        if (path == fileName && reason.starts_with(fileName))
            throw Error(ErrorCode::Unsupported,
                        Message::tr("Training needs {}, which is not there: install the package lathe-train.",
                                    fileName));
        throw Error(
            ErrorCode::Unsupported,
            Message::tr("Training needs libtorch (in Debian the package {}): {}.", LATHE_TORCH, reason));
    }
    keepLargeBlocks();
    using Give = Engine *();
    auto *give = reinterpret_cast<Give *>(dlsym(library, "latheTrainEngine"));
    if (give == nullptr)
        throw Error(ErrorCode::Unsupported, Message::tr("{} is none of this program's.", path));
    return *give();
}

} // namespace

bool engineIsThere()
{
    if (fs::path(libraryPath()).has_parent_path())
        return true;
    try { // the loader may know it
        loadEngine();
        return true;
    } catch (const Error &) {
        return false;
    }
}

Engine &loadEngine()
{
    static Engine &engine = openEngine();
    return engine;
}

} // namespace lathe::train
