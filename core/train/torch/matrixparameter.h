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
    /// @param original as WeightForm::original
    MatrixParameter(const MatrixEncoding &encoding, at::ScalarType precision, const Matrix &original = {});

    /// The matrix as the encoding would decode it, with its gradient.
    at::Tensor value() const;
    std::vector<at::Tensor> leaves() const; ///< what the optimizer moves
    /// How large they were in the beginning, to be broadcast over each: Optimizer::relative.
    const std::vector<at::Tensor> &sizes() const { return m_sizes; }
    /// Puts what has left its range back into it.
    void afterStep();
    /// The same structure around what has been learned.
    MatrixEncoding encoding() const;
    /// As Network::setKept(). @throws Error InvalidArgument
    void setKept(const std::vector<uint8_t> &kept, bool regrows);
    void clearKept(); ///< of plain values: all are there
    Matrix unmasked() const;
    const std::vector<uint8_t> &kept() const { return m_structure.kept; }
    bool regrows() const { return m_regrows; }
    bool isPlain() const { return std::holds_alternative<DenseValues>(m_structure.values); }

private:
    struct Grid { ///< uniform codes: w = scale * (code - zero)
        at::Tensor zeros;
        double last = 0; ///< largest code
    };
    struct Table {          ///< w = scale * table[nearest]
        at::Tensor entries; ///< [tables, entries]
        at::Tensor between; ///< the middles between neighbours
        Index rows = 0;     ///< that share a table

        at::Tensor nearest(const at::Tensor &places) const; ///< codes; [rows, ...]
        at::Tensor placesOf(const at::Tensor &codes) const; ///< in all entries one after the other
        /// One value of each table, for each row to be broadcast.
        at::Tensor ofRows(const at::Tensor &each, int64_t all) const;
    };
    struct Clusters { ///< w = tables[place]
        at::Tensor places;
        at::Tensor free; ///< by entry of the tables: 0 where it stays zero
    };
    struct Plain {};

    void readScales();
    void fixEmptyGroups(const at::Tensor &zeros, const std::vector<int64_t> &shape);
    at::Tensor beginning(const Matrix &original) const;
    at::Tensor inRange(const at::Tensor &values) const;
    at::Tensor freeEntries(const at::Tensor &places, const at::Tensor &tables) const;
    at::Tensor scaled() const; ///< scales as broadcast over `latent`'s groups
    at::Tensor gridValue() const;
    at::Tensor tableValue(const Table &table) const;

    MatrixEncoding m_structure;
    at::Tensor m_latent; ///< values; [rows, groups, group] where there are scales; tables of clusters
    at::Tensor m_scales; ///< undefined: none
    at::Tensor m_kept;   ///< undefined: all
    bool m_regrows = false;
    bool m_halfScales = false; ///< scales are rounded to float16
    float m_leastScale = 0;
    std::vector<at::Tensor> m_sizes;
    std::variant<Plain, Grid, Table, Clusters> m_form;
};

/// One weight: a matrix, or the product of factors with what is left over.
class WeightParameter {
public:
    WeightParameter(const Encoding &encoding, at::ScalarType precision, const Matrix &original = {});

    at::Tensor value() const; ///< [rows, cols]
    std::vector<at::Tensor> leaves() const;
    std::vector<at::Tensor> sizes() const; ///< as leaves()
    void afterStep();
    Encoding encoding() const;
    MatrixParameter &matrix(); ///< the only one. @throws Error InvalidArgument: there are factors
    const MatrixParameter &matrix() const;
    bool hasMask() const; ///< a mask that may have changed: that of a matrix of plain values

private:
    Encoding m_structure;
    std::vector<MatrixParameter> m_matrices; ///< as matricesOf()
};

} // namespace lathe::train
