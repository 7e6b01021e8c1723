// LSTM, GRU and RNN, step by step over time.
#include "core/base/error.h"
#include "core/train/torch/operators.h"

#include <algorithm>

namespace lathe::train {
namespace {

using Function = at::Tensor (*)(const at::Tensor &);

Function functionOf(const std::string &name)
{
    if (name == "Sigmoid")
        return at::sigmoid;
    if (name == "Tanh")
        return at::tanh;
    if (name == "Relu")
        return at::relu;
    refuse(Message::tr("activation {}", name));
}

/// One direction's parts of the inputs, in ONNX's order X, W, R, B, sequence_lens, initial_h, ...
struct Cell {
    at::Tensor w, r; ///< [gates * hidden, input], [gates * hidden, hidden]
    at::Tensor wb, rb;
    at::Tensor peepholes; ///< LSTM: [3 * hidden] or undefined
    std::vector<Function> functions;
    bool linearBeforeReset = false;
    int64_t hidden = 0;
};

struct State {
    at::Tensor h, c;
};

using Advance = State (*)(const Cell &, const at::Tensor &fromInput, const State &);

State advanceRnn(const Cell &cell, const at::Tensor &fromInput, const State &state)
{
    return {cell.functions[0](fromInput + at::matmul(state.h, cell.r.t()) + cell.rb), {}};
}

State advanceGru(const Cell &cell, const at::Tensor &fromInput, const State &state)
{
    const int64_t n = cell.hidden;
    const auto part = [n](const at::Tensor &t, int64_t gate) { return t.narrow(-1, gate * n, n); };
    const auto rows = [n](const at::Tensor &t, int64_t gate) { return t.narrow(0, gate * n, n); };
    const at::Tensor zr = at::matmul(state.h, cell.r.narrow(0, 0, 2 * n).t()) + cell.rb.narrow(0, 0, 2 * n);
    const at::Tensor z = cell.functions[0](part(fromInput, 0) + part(zr, 0));
    const at::Tensor r = cell.functions[0](part(fromInput, 1) + part(zr, 1));
    const at::Tensor rh = rows(cell.r, 2).t(), bias = rows(cell.rb, 2);
    const at::Tensor recurrent =
        cell.linearBeforeReset ? r * (at::matmul(state.h, rh) + bias) : at::matmul(r * state.h, rh) + bias;
    const at::Tensor candidate = cell.functions[1](part(fromInput, 2) + recurrent);
    return {(1 - z) * candidate + z * state.h, {}};
}

State advanceLstm(const Cell &cell, const at::Tensor &fromInput, const State &state)
{
    const int64_t n = cell.hidden;
    const at::Tensor all = fromInput + at::matmul(state.h, cell.r.t()) + cell.rb;
    const auto gate = [&](int64_t i) { return all.narrow(-1, i * n, n); }; // i o f c
    const auto look = [&](int64_t i, const at::Tensor &c) {
        return cell.peepholes.defined() ? cell.peepholes.narrow(0, i * n, n) * c : at::zeros_like(c);
    };
    const Function f = cell.functions[0], g = cell.functions[1], h = cell.functions[2];
    const at::Tensor input = f(gate(0) + look(0, state.c));
    const at::Tensor forget = f(gate(2) + look(2, state.c));
    const at::Tensor c = forget * state.c + input * g(gate(3));
    const at::Tensor output = f(gate(1) + look(1, c));
    return {output * h(c), c};
}

/// Over time; a sequence that has ended keeps its state and gives zeros.
std::pair<at::Tensor, State> run(const Cell &cell, Advance advance, const at::Tensor &x, State state,
                                 const std::vector<int64_t> &lengths, bool backward)
{
    const int64_t steps = x.size(0);
    const at::Tensor fromInput = at::matmul(x, cell.w.t()) + cell.wb;
    const bool ragged = std::ranges::any_of(lengths, [steps](int64_t length) { return length != steps; });
    const at::Tensor ends = at::tensor(lengths, at::kLong).unsqueeze(1);
    std::vector<at::Tensor> given(static_cast<size_t>(steps));
    for (int64_t i = 0; i < steps; ++i) {
        const int64_t t = backward ? steps - 1 - i : i;
        State next = advance(cell, fromInput.select(0, t), state);
        at::Tensor output = next.h;
        if (ragged) {
            const at::Tensor alive = ends > t;
            output = at::where(alive, next.h, at::zeros_like(next.h));
            next.h = at::where(alive, next.h, state.h);
            if (next.c.defined())
                next.c = at::where(alive, next.c, state.c);
        }
        given[static_cast<size_t>(t)] = output;
        state = next;
    }
    return {at::stack(given), state};
}

struct Form {
    int64_t gates = 1;
    std::vector<std::string> functions;
    Advance advance = nullptr;
};

Cell cellOf(const Step &step, const Arguments &in, const Form &form, int64_t direction)
{
    Cell cell;
    cell.w = in[1].select(0, direction);
    cell.r = in[2].select(0, direction);
    cell.hidden = cell.r.size(1);
    const int64_t rows = form.gates * cell.hidden;
    const at::Tensor bias = in.has(3) ? in[3].select(0, direction) : at::zeros({2 * rows}, cell.w.options());
    cell.wb = bias.narrow(0, 0, rows);
    cell.rb = bias.narrow(0, rows, rows);
    if (form.gates == 4 && in.has(7))
        cell.peepholes = in[7].select(0, direction);
    cell.linearBeforeReset = step.attributes.integer("linear_before_reset", 0) != 0;
    std::vector<std::string> names = step.attributes.texts("activations");
    const size_t each = form.functions.size(), first = static_cast<size_t>(direction) * each;
    for (size_t i = 0; i < each; ++i)
        cell.functions.push_back(functionOf(first + i < names.size() ? names[first + i] : form.functions[i]));
    return cell;
}

Results recurrent(const Step &step, const Arguments &in, const Form &form)
{
    if (step.attributes.has("clip") || step.attributes.integer("input_forget", 0) ||
        step.attributes.has("activation_alpha"))
        refuse(Message::tr("clip, input_forget or activation_alpha"));
    const bool batchFirst = step.attributes.integer("layout", 0) != 0;
    const at::Tensor x = batchFirst ? in[0].transpose(0, 1) : in[0];
    const std::string direction = step.attributes.text("direction", "forward");
    const int64_t directions = in[1].size(0), batch = x.size(1);
    const std::vector<int64_t> lengths =
        in.has(4) ? in.integers(4) : std::vector<int64_t>(static_cast<size_t>(batch), x.size(0));
    const auto start = [&](size_t input, int64_t d, int64_t hidden) {
        if (!in.has(input))
            return at::zeros({batch, hidden}, x.options());
        return batchFirst ? in[input].select(1, d) : in[input].select(0, d);
    };
    std::vector<at::Tensor> outputs, h, c;
    for (int64_t d = 0; d < directions; ++d) {
        const Cell cell = cellOf(step, in, form, d);
        State state{start(5, d, cell.hidden), form.gates == 4 ? start(6, d, cell.hidden) : at::Tensor()};
        auto [output, last] = run(cell, form.advance, x, state, lengths, d == 1 || direction == "reverse");
        outputs.push_back(output);
        h.push_back(last.h);
        c.push_back(last.c);
    }
    const int64_t directionAxis = batchFirst ? 1 : 0;
    at::Tensor y = at::stack(outputs, 1); // [time, directions, batch, hidden]
    if (batchFirst)
        y = y.permute({2, 0, 1, 3});
    Results results{y, at::stack(h, directionAxis)};
    if (form.gates == 4)
        results.push_back(at::stack(c, directionAxis));
    return results;
}

Results lstm(const Step &step, const Arguments &in)
{
    return recurrent(step, in, {4, {"Sigmoid", "Tanh", "Tanh"}, advanceLstm});
}

Results gru(const Step &step, const Arguments &in)
{
    return recurrent(step, in, {3, {"Sigmoid", "Tanh"}, advanceGru});
}

Results rnn(const Step &step, const Arguments &in)
{
    return recurrent(step, in, {1, {"Tanh"}, advanceRnn});
}

} // namespace

void addRecurrence(OperatorTable &table)
{
    table.insert({{"LSTM", lstm}, {"GRU", gru}, {"RNN", rnn}});
}

} // namespace lathe::train
