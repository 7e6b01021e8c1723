// lathe-workbench: the window.
#include "app/exitcode.h"
#include "core/base/heap.h"
#include "core/base/publication.h"
#include "core/base/standardstreams.h"
#include "core/base/temporaryfolder.h"
#include "core/base/text.h"
#include "ui/base/messages.h"
#include "ui/base/preferences.h"
#include "ui/base/startuplog.h"
#include "ui/base/translation.h"
#include "ui/widgets/errordialog.h"
#include "ui/window/mainwindow.h"
#include "ui/window/screenshots.h"
#include "ui/window/stallrun.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>
#include <optional>

namespace {

using namespace lathe;
using namespace lathe::ui;

struct Arguments {
    QString model;
    Workbench::OpenOptions options;
    QString screenshots, stalls;
    bool json = false;
    std::optional<Scheme> scheme;
};

int complain(const QString &sentence, int code)
{
    QTextStream(stderr) << "lathe-workbench: " << QString::fromStdString(printable(sentence.toStdString()))
                        << '\n';
    return code;
}

Arguments parse(const QApplication &app)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QApplication::translate("main", "Turns a neural network down to size."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("MODEL", QApplication::translate("main", "ONNX model or project to open"),
                                 "[MODEL]");
    const QCommandLineOption data("data", QApplication::translate("main", "data set to measure on"),
                                  "FOLDER[:SPLIT]");
    const QCommandLineOption recipe("recipe", QApplication::translate("main", "recipe to open"), "FILE");
    const QCommandLineOption scheme(
        "scheme", QApplication::translate("main", "colours: light, dark or system"), "SCHEME");
    const QCommandLineOption screenshots(
        "screenshots",
        QApplication::translate("main", "write pictures of the window to this folder and quit"), "FOLDER");
    const QCommandLineOption stalls(
        "stalls",
        QApplication::translate("main",
                                "do in the window what this script says, tell how long it did not answer, "
                                "and quit"),
        "SCRIPT");
    const QCommandLineOption json("json", QApplication::translate("main", "tell it as JSON"));
    parser.addOptions({data, recipe, scheme, screenshots, stalls, json});
    parser.process(app);

    Arguments arguments;
    const auto refuse = [](const QString &sentence) {
        std::exit(complain(sentence, exitCodeFor(ErrorCode::InvalidArgument)));
    };
    if (parser.positionalArguments().size() > 1)
        refuse(QApplication::translate("main", "One model at a time; see --help."));
    arguments.model = parser.positionalArguments().value(0);
    arguments.options.dataset = parser.value(data);
    arguments.options.recipeFile = parser.value(recipe);
    arguments.screenshots = parser.value(screenshots);
    arguments.stalls = parser.value(stalls);
    arguments.json = parser.isSet(json);
    if (parser.isSet(scheme)) {
        const QStringList names{"system", "light", "dark"};
        const auto index = names.indexOf(parser.value(scheme));
        if (index < 0)
            refuse(QApplication::translate("main", "--scheme takes light, dark or system."));
        arguments.scheme = static_cast<Scheme>(index);
    }
    if (arguments.model.isEmpty() &&
        !(arguments.options.dataset + arguments.options.recipeFile + arguments.screenshots + arguments.stalls)
             .isEmpty())
        refuse(QApplication::translate("main", "These options need a MODEL; see --help."));
    return arguments;
}

QString notCreated(const QString &folder)
{
    return QApplication::translate("main", "%1 cannot be created.").arg(folder);
}

/// Opens, waits, grabs, quits. Anything that cannot be opened ends the program with that error's exit code.
int takeScreenshots(QApplication &app, MainWindow &window, const Arguments &arguments)
{
    if (!QDir().mkpath(arguments.screenshots))
        return complain(notCreated(arguments.screenshots), exitCodeFor(ErrorCode::FileUnwritable));
    QObject::connect(&window.workbench(), &Workbench::failed, &app, [](const QString &, const Error &error) {
        QApplication::exit(complain(messageText(error.message()), exitCodeFor(error.code())));
    });
    Screenshots screenshots(window, QDir(arguments.screenshots));
    QObject::connect(&screenshots, &Screenshots::finished, &app, [&](const QStringList &files) {
        if (files.isEmpty())
            QApplication::exit(
                complain(QApplication::translate("main", "The pictures cannot be written to %1.")
                             .arg(arguments.screenshots),
                         exitCodeFor(ErrorCode::FileUnwritable)));
        else if (!screenshots.isComplete())
            QApplication::exit(complain(
                QApplication::translate("main", "Not everything was measured in time; the pictures show what "
                                                "was known."),
                0));
        else
            QApplication::quit();
    });
    return QApplication::exec();
}

/// Reads the script, does what it says, prints the table, quits.
int measureStalls(QApplication &app, MainWindow &window, const Arguments &arguments)
{
    QFile file(arguments.stalls);
    if (!file.open(QIODevice::ReadOnly))
        return complain(QApplication::translate("main", "%1 cannot be read.").arg(arguments.stalls),
                        exitCodeFor(ErrorCode::FileUnreadable));
    const auto steps = runGuarded([&] { return parseStallScript(QString::fromUtf8(file.readAll())); });
    if (const auto *error = std::get_if<Error>(&steps))
        return complain(messageText(error->message()), exitCodeFor(error->code()));
    QObject::connect(&window.workbench(), &Workbench::failed, &app, [](const QString &, const Error &error) {
        QApplication::exit(complain(messageText(error.message()), exitCodeFor(error.code())));
    });
    if (!arguments.screenshots.isEmpty() && !QDir().mkpath(arguments.screenshots))
        return complain(notCreated(arguments.screenshots), exitCodeFor(ErrorCode::FileUnwritable));
    StallRun run(window, std::get<QVector<StallStep>>(steps), arguments.model, arguments.options,
                 arguments.screenshots);
    QObject::connect(&run, &StallRun::failed, &app, [](int line, const QString &why) {
        QApplication::exit(complain(
            QApplication::translate("main", "Line %1 of the script cannot be done: %2.").arg(line).arg(why),
            exitCodeFor(ErrorCode::InvalidArgument)));
    });
    QObject::connect(&run, &StallRun::finished, &app, [&] {
        QTextStream(stdout) << (arguments.json ? QString::fromUtf8(stallJson(run.stalls()))
                                               : stallTable(run.stalls()));
        QApplication::quit();
    });
    return QApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    if (!openStandardStreams())
        return exitCodeFor(ErrorCode::FileUnreadable);
    giveLargeBlocksBack();
    sweepRememberedPublications();
    sweepTemporaryFolders();
    QTemporaryDir noTrace; // pictures come from a fresh program and leave the user's settings alone
    for (int i = 1; i < argc; ++i) {
        const QByteArray word(argv[i]);
        if (word.startsWith("--screenshots") || word.startsWith("--stalls")) {
            qputenv("XDG_CONFIG_HOME", noTrace.filePath("config").toLocal8Bit());
            qputenv("XDG_DATA_HOME", noTrace.filePath("data").toLocal8Bit());
        }
    }
    QApplication app(argc, argv);
    QApplication::setApplicationName("lathe");
    QApplication::setApplicationVersion(LATHE_VERSION);
    applyLanguage(Preferences::load().language);
    const Arguments arguments = parse(app);

    MainWindow window;
    if (arguments.scheme)
        window.setScheme(*arguments.scheme);
    logStartup(window);
    window.show();
    if (!arguments.stalls.isEmpty())
        return measureStalls(app, window, arguments);
    if (arguments.model.endsWith(QLatin1String(".lathe")))
        window.projects().open(arguments.model);
    else if (!arguments.model.isEmpty())
        window.workbench().openModel(arguments.model, arguments.options);
    else
        QTimer::singleShot(0, &window.projects(), &ProjectController::offerRecovery);
    return arguments.screenshots.isEmpty() ? QApplication::exec() : takeScreenshots(app, window, arguments);
}
