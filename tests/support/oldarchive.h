#pragma once
// Archives as version 0.1 wrote them.
#include "core/archive/container.h"

namespace lathe::test {

/// What stands in front of the sections of format 1. Each section has one stretch.
inline Bytes oldContainerHead(const Container &container)
{
    ByteWriter directory;
    const auto write = [&](const Section &section) {
        directory.byte(static_cast<uint8_t>(section.coder));
        directory.number(section.rawBytes());
        directory.number(section.coded.size());
        directory.append(sha256(section.coded));
    };
    directory.number(container.files.size());
    for (const ArchivedFile &file : container.files) {
        directory.text(file.name);
        directory.number(file.size);
        directory.append(file.sha256);
        write(file.rest);
        directory.number(file.sections.size());
        uint64_t at = 0;
        for (size_t i = 0; i < file.sections.size(); ++i) {
            directory.number(file.holes[i].at - at);
            write(file.sections[i]);
            at = file.holes[i].at;
        }
    }
    Bytes head = containerStart(directory.bytes(), oldContainerFormat);
    head.insert(head.end(), directory.bytes().begin(), directory.bytes().end());
    return head;
}

} // namespace lathe::test
