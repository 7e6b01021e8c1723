#pragma once
// What a certificate says where OpenCV cannot be asked about a file, though the file is right.
#include "core/certify/certificate.h"

namespace lathe::test {

/// Its importer does not take an operator, or computes one wrongly. Which, goes by OpenCV's release.
inline bool isOfOpenCvAlone(const CertificateCheck &check)
{
    return check.result == CertificateCheck::Result::NotApplicable &&
           (check.detail.text().starts_with("OpenCV cannot load the file") ||
            check.detail.text().find(" unpacks the weights of this file wrongly") != std::string::npos);
}

} // namespace lathe::test
