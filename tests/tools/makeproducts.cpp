// make_products OUT.onnx [COUNT] [WIDTH]: products with external weights, 1.03 GB by default, that the memory
// and the time of large models are measured on.
#include "tests/support/products.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv)
{
    const int count = argc > 2 ? std::atoi(argv[2]) : 20;
    const int width = argc > 3 ? std::atoi(argv[3]) : 3584;
    if (argc < 2 || argc > 4 || count < 1 || width < 1) {
        std::fputs("usage: make_products OUT.onnx [COUNT, 20] [WIDTH, 3584]\n", stderr);
        return 2;
    }
    lathe::test::writeProducts(argv[1], count, width);
}
