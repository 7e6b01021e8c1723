#pragma once
// An encoded matrix as what can be trained of it. Inside core/train/torch only.
#include "core/methods/encoding.h"

#include <ATen/ATen.h>
#include <variant>

namespace lathe::train {

/// Values that are rounded where they are used pass the gradient on as if they were not (straight-through:
/// Bengio et al. 2013, arXiv:1308.3432); the step size of a grid learns too (LSQ: Esser et al. 2020,
/// arXiv:1902.08153); weights of a cluster share its gradient (Han et al. 2016, arXiv:1510.00149, section 3).
class MatrixParameter {
public:
    MatrixParameter(const MatrixEncoding &encoding, at::ScalarType precision);

    /// The matrix as the encoding would decode it, with its gradient.
    at::Tensor value() const;
    std::vector<at::Tensor> leaves() const; ///< what the optimizer moves
    /// Puts what has left its range back into it.
    void afterStep();
    /// The same structure around what has been learned.
    MatrixEncoding encoding() const;

private:
    struct Grid { ///< uniform codes: w = scale * (code - zero)
        at::Tensor zeros;
        double last = 0; ///< largest code
    };
    struct Table { ///< w = scale * table[nearest]
        at::Tensor entries, between; ///< the middles between neighbours
    };
    struct Clusters { ///< w = tables[place]
        at::Tensor places;
    };
    struct Plain {};

    at::Tensor scaled() const; ///< scales as broadcast over `latent`'s groups
    at::Tensor gridValue() const;
    at::Tensor tableValue(const Table &table) const;

    MatrixEncoding m_structure;
    at::Tensor m_latent; ///< values; [rows, groups, group] where there are scales; tables of clusters
    at::Tensor m_scales; ///< undefined: none
    at::Tensor m_kept;   ///< undefined: all
    std::variant<Plain, Grid, Table, Clusters> m_form;
};

/// One weight: a matrix, or the product of factors with what is left over.
class WeightParameter {
public:
    WeightParameter(const Encoding &encoding, at::ScalarType precision);

    at::Tensor value() const; ///< [rows, cols]
    std::vector<at::Tensor> leaves() const;
    void afterStep();
    Encoding encoding() const;

private:
    Encoding m_structure;
    std::vector<MatrixParameter> m_matrices; ///< as matricesOf()
};

} // namespace lathe::train
