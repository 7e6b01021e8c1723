// A message says its English at once and the same in other words later.
#include "core/base/error.h"

#include <QtTest>

#include <fmt/format.h>

using namespace lathe;
using namespace std::string_literals;

namespace {

/// A language of its own: what it does not know stays.
std::string shouted(const std::string &pattern)
{
    if (pattern == "{} of {}")
        return "OF {1}: {0}";
    if (pattern == "{:.2f} points")
        return "{} POINTS";
    return pattern;
}

} // namespace

class TstMessage : public QObject {
    Q_OBJECT
private slots:
    void english_isWhatFmtSays();
    void otherLanguage_fillsPlacesByNumber();
    void argumentsThatAreMessages_areTranslatedToo();
    void bracesInArguments_stay();
    void verbatim_isNeverTranslated();
    void keptParts_makeTheSameAgain();
    void damagedParts_areVerbatim();
    void rewritten_changesNamesOnly();
    void error_saysItsMessage();
};

void TstMessage::english_isWhatFmtSays()
{
    QCOMPARE(Message::tr("{} is {:.3g} and {:>4}|{{}}", "x"s, 0.12345, 7).text(),
             fmt::format("{} is {:.3g} and {:>4}|{{}}", "x", 0.12345, 7));
    QCOMPARE(Message().text(), ""s);
    QVERIFY(Message().empty());
}

void TstMessage::otherLanguage_fillsPlacesByNumber()
{
    QCOMPARE(Message::tr("{} of {}", 3, "ten"s).in(shouted), "OF ten: 3"s);
    QCOMPARE(Message::tr("{:.2f} points", 1.0).in(shouted), "1.00 POINTS"s);
    QCOMPARE(Message::tr("nobody knows {}", 1).in(shouted), "nobody knows 1"s);
}

void TstMessage::argumentsThatAreMessages_areTranslatedToo()
{
    const Message whole = Message::tr("{} of {}", Message::tr("{:.2f} points", 0.5), "{1}"s);
    QCOMPARE(whole.text(), "0.50 points of {1}"s);
    QCOMPARE(whole.in(shouted), "OF {1}: 0.50 POINTS"s);
}

void TstMessage::bracesInArguments_stay()
{
    QCOMPARE(Message::tr("{} of {}", "{"s, "}{}"s).in(shouted), "OF }{}: {"s);
}

void TstMessage::verbatim_isNeverTranslated()
{
    const Message said = Message::verbatim("{} of {}");
    QCOMPARE(said.text(), "{} of {}"s);
    QCOMPARE(said.in(shouted), "{} of {}"s);
    QVERIFY(said.pattern().empty());
}

void TstMessage::keptParts_makeTheSameAgain()
{
    const Message message = Message::tr("{} of {}", Message::tr("{:.2f} points", 0.5), "a"s);
    const Message again = Message::of(message.pattern(), message.arguments());
    QVERIFY(again == message);
    QCOMPARE(again.in(shouted), message.in(shouted));
}

void TstMessage::damagedParts_areVerbatim()
{
    QCOMPARE(Message::of("{} of {}", {{"a", {}}}).text(), "{} of {}"s);
    QCOMPARE(Message::of("{ of }", {}).text(), "{ of }"s);
    QCOMPARE(Message::of("{9} {}", {{"a", {}}, {"b", {}}}).text(), " a"s);
}

void TstMessage::rewritten_changesNamesOnly()
{
    const auto shorter = [](const std::string &text) { return text == "/tmp/a" ? "a"s : text; };
    const Message message = Message::tr("{} of {}", "/tmp/a"s, Message::verbatim("/tmp/a"));
    QCOMPARE(message.rewritten(shorter).in(shouted), "OF a: a"s);
    QCOMPARE(Message::tr("/tmp/a").rewritten(shorter).text(), "/tmp/a"s);
}

void TstMessage::error_saysItsMessage()
{
    const Error error(ErrorCode::Internal, Message::tr("{} of {}", 1, 2));
    QCOMPARE(std::string(error.what()), "1 of 2"s);
    QCOMPARE(error.message().in(shouted), "OF 2: 1"s);
    const auto outcome = runGuarded([] { throw std::runtime_error("{} of {}"); });
    QCOMPARE(std::get<Error>(outcome).message().in(shouted), "{} of {}"s);
}

QTEST_APPLESS_MAIN(TstMessage)
#include "tst_message.moc"
