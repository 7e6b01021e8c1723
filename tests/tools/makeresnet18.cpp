// make_resnet18 OUT.onnx [CHANNELS]: the model that times and memory are measured on.
#include "core/base/fileio.h"
#include "tests/support/resnet18.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv)
{
    const int channels = argc > 2 ? std::atoi(argv[2]) : 64;
    if (argc < 2 || argc > 3 || channels < 1) {
        std::fputs("usage: make_resnet18 OUT.onnx [CHANNELS of the first stage, 64]\n", stderr);
        return 2;
    }
    lathe::writeFileAtomically(argv[1], lathe::test::resNet18(channels).bytes());
}
