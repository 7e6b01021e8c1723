// Stands in for libFuzzer in the normal test suite: gives a target every file of the named folders once.
#include "tests/fuzz/readers.h"

#include <algorithm>
#include <iterator>
#include <vector>

int main(int argc, char *argv[])
{
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i)
        for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    std::ranges::sort(files);
    for (const std::filesystem::path &file : files) {
        std::fprintf(stderr, "%s\n", file.filename().c_str()); // the last one is the one that broke it
        std::ifstream stream(file, std::ios::binary);
        const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
    }
    std::printf("%zu files were read or refused\n", files.size());
    return files.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
