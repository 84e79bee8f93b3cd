// `assay`: a table of commands, a file each.
#include <cstdio>
#include <exception>

#include "hosts/cli/commands.h"

int main(int argc, char** argv) {
    try {
        return assay::cli::run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "assay: %s\n", e.what());
        return 1;
    }
}
