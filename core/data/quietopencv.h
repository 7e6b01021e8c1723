#pragma once

namespace lathe {

/// While one lives, OpenCV writes nothing to stderr of what it also throws or returns. Its settings belong to
/// the whole process: the first sets them, the last puts them back, and there may be any number at a time.
class QuietOpenCv {
public:
    QuietOpenCv();
    ~QuietOpenCv();
    QuietOpenCv(const QuietOpenCv &) = delete;
    QuietOpenCv &operator=(const QuietOpenCv &) = delete;
};

} // namespace lathe
