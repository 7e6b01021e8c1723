// make_resnet18 OUT.onnx: the model that times and memory are measured on.
#include "core/base/fileio.h"
#include "tests/support/resnet18.h"

#include <cstdio>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fputs("usage: make_resnet18 OUT.onnx\n", stderr);
        return 2;
    }
    lathe::writeFileAtomically(argv[1], lathe::test::resNet18().bytes());
}
