// A project file.
#include "core/project/project.h"
#include "tests/fuzz/readers.h"

using namespace lathe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::filesystem::path folder = "/projects";
    fuzz::readOrRefuse([&] {
        const ReadProject read = projectFromJson(fuzz::textOf(data, size), folder, "project");
        const std::string text = toJson(read.project, folder);
        const ReadProject again = projectFromJson(text, folder, "project");
        fuzz::require(again.losses.empty(), "a project that was read can be written and read whole");
        fuzz::require(toJson(again.project, folder) == text, "a project is written as it was read");
    });
    return 0;
}
