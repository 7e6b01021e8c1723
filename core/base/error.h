#pragma once
// Errors of the core: thrown where they happen, ended in one place (runGuarded).
#include "core/base/message.h"

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <variant>

namespace lathe {

/// A closed list. Every code has its own exit code of the command line (app/exitcode.h).
enum class ErrorCode {
    InvalidArgument,    ///< the caller asked for something that cannot be (bad option, bad recipe, unknown
                        ///< layer)
    FileUnreadable,     ///< missing, no permission, is a folder
    MalformedModel,     ///< the file is there but is no valid ONNX model
    Unsupported,        ///< valid, but nothing here or in the runtime can handle it
    NumericFailure,     ///< NaN or infinity where numbers are needed
    OutOfMemory,        ///< the machine or a declared limit says no
    FileUnwritable,     ///< target folder missing, read-only, disk full
    MalformedData,      ///< data set, preprocessing description or archive is wrong
    VerificationFailed, ///< an exported file does not do what its recipe says
    Internal            ///< a defect of Lathe
};

/// One sentence for a person: which file, which layer, what to do. what() says it in English.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const Message &message)
        : std::runtime_error(message.text()), m_code(code), m_message(message)
    {
    }
    ErrorCode code() const { return m_code; }
    const Message &message() const { return m_message; }

private:
    ErrorCode m_code;
    Message m_message;
};

/// The user's wish, not an error: no dialog, its own exit code.
struct Cancelled : std::exception {
    const char *what() const noexcept override { return "cancelled"; }
};

template <class T>
using Outcome = std::variant<T, Error, Cancelled>;

/// The one place where exceptions end; window and command line both call it.
/// A job that returns nothing yields std::monostate.
template <class Fn, class... Args>
auto runGuarded(const Fn &job, Args &&...args)
{
    using Raw = std::invoke_result_t<Fn, Args...>;
    using Result = std::conditional_t<std::is_void_v<Raw>, std::monostate, Raw>;
    try {
        if constexpr (std::is_void_v<Raw>) {
            job(std::forward<Args>(args)...);
            return Outcome<Result>(std::monostate{});
        } else {
            return Outcome<Result>(job(std::forward<Args>(args)...));
        }
    } catch (const Cancelled &c) {
        return Outcome<Result>(c);
    } catch (const Error &e) {
        return Outcome<Result>(e);
    } catch (const std::bad_alloc &) {
        return Outcome<Result>(Error(ErrorCode::OutOfMemory, Message::tr("Not enough memory.")));
    } catch (const std::exception &e) {
        return Outcome<Result>(Error(ErrorCode::Internal, Message::verbatim(e.what())));
    }
}

} // namespace lathe
