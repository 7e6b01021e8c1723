#include "core/data/quietopencv.h"

#include <iostream>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <streambuf>

namespace lathe {
namespace {

namespace logging = cv::utils::logging;

class Nothing : public std::streambuf {
protected:
    int_type overflow(int_type c) override { return traits_type::not_eof(c); }
    std::streamsize xsputn(const char *, std::streamsize count) override { return count; }
};

int swallowError(int, const char *, const char *, const char *, int, void *)
{
    return 0;
}

struct Settings {
    std::mutex mutex;
    int holders = 0;
    logging::LogLevel level = logging::LOG_LEVEL_WARNING;
    std::streambuf *errors = nullptr; ///< of std::cerr, where its decoders write past its own log
    Nothing nothing;
};

Settings &settings()
{
    static Settings all;
    return all;
}

} // namespace

QuietOpenCv::QuietOpenCv()
{
    Settings &all = settings();
    const std::lock_guard lock(all.mutex);
    if (all.holders++ > 0)
        return;
    all.level = logging::setLogLevel(logging::LOG_LEVEL_SILENT);
    cv::redirectError(swallowError);
    all.errors = std::cerr.rdbuf(&all.nothing); // nobody here writes to std::cerr: messages go to stderr
}

QuietOpenCv::~QuietOpenCv()
{
    Settings &all = settings();
    const std::lock_guard lock(all.mutex);
    if (--all.holders > 0)
        return;
    std::cerr.rdbuf(all.errors);
    cv::redirectError(nullptr);
    logging::setLogLevel(all.level);
}

} // namespace lathe
