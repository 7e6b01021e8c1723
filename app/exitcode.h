#pragma once
// What the program's exit code says; listed in --help and tested.
#include "core/base/error.h"

namespace lathe {

constexpr int exitDone = 0;
constexpr int exitUsage = 2;
constexpr int exitCancelled = 130; ///< as a shell reports a program ended by Ctrl+C

constexpr int exitCodeFor(ErrorCode code)
{
    switch (code) { // no default: a new code without an exit code is a warning
    case ErrorCode::InvalidArgument:
        return exitUsage;
    case ErrorCode::FileUnreadable:
        return 3;
    case ErrorCode::MalformedModel:
        return 4;
    case ErrorCode::Unsupported:
        return 5;
    case ErrorCode::NumericFailure:
        return 6;
    case ErrorCode::OutOfMemory:
        return 7;
    case ErrorCode::FileUnwritable:
        return 8;
    case ErrorCode::MalformedData:
        return 9;
    case ErrorCode::VerificationFailed:
        return 10;
    case ErrorCode::Internal:
        break;
    }
    return 1;
}

constexpr const char *exitCodeHelp = "Exit codes:\n"
                                     "  0    done\n"
                                     "  1    a defect of lathe\n"
                                     "  2    wrong option, recipe or layer pattern\n"
                                     "  3    a file cannot be read\n"
                                     "  4    not a valid ONNX model\n"
                                     "  5    valid, but nothing here can handle it\n"
                                     "  6    NaN or infinity where numbers are needed\n"
                                     "  7    not enough memory\n"
                                     "  8    a file cannot be written\n"
                                     "  9    a data set, its preprocessing or an archive is wrong\n"
                                     "  10   the written file does not do what its recipe says\n"
                                     "  130  cancelled (Ctrl+C; a second one ends the program at once)";

} // namespace lathe
