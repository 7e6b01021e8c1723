#pragma once
// What the tests of the inspector share.
#include "tests/ui/sample.h"
#include "ui/inspector/inspector.h"
#include "ui/inspector/methodgroup.h"
#include "ui/style/theme.h"

#include <QLabel>
#include <QTest>
#include <QToolButton>

namespace lathe::test {

using namespace lathe::ui;

/// An inspector on layers made up here, and the edits that it asks for.
class InspectorTest : public QObject {
protected:
    struct Edited {
        LayerSettings result; ///< of the first layer
        QString description;
        bool dragging = false;
        QVector<int> layers;
    };

    /// Nothing is there of earlier tests.
    void start()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        applyTheme(Scheme::Light);
        startClean();
        makeInspector();
    }

    void makeInspector()
    {
        m_edits.clear();
        m_inspector = std::make_unique<Inspector>();
        connect(m_inspector.get(), &Inspector::edited, this,
                [this](const QVector<int> &layers, const QVector<LayerSettings> &settings,
                       const QString &description, bool dragging) {
                    m_edits << Edited{settings.first(), description, dragging, layers};
                });
        m_inspector->resize(320, 640);
        m_inspector->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_inspector.get()));
        m_inspector->activateWindow();
    }

    static Inspector::Facts facts(const QString &name, int fullRank = 128, int breakEven = 93)
    {
        return {.name = name,
                .op = "Conv",
                .weights = 36864,
                .originalBytes = 412'000,
                .storedBytes = 54'000,
                .relativeError = 0.021,
                .ranks = {LayerFacts::Ranks{fullRank, breakEven}, LayerFacts::Ranks{60, 40}},
                .compressible = true,
                .whyNot = {}};
    }

    static LayerSettings withBits(int bits)
    {
        LayerSettings s;
        s.quantize = QuantizeSettings{.bits = bits};
        return s;
    }

    static LayerSettings withRank(double value, RankSettings::Unit unit = RankSettings::Unit::Rank)
    {
        LayerSettings s;
        s.rank = RankSettings{.unit = unit, .value = value};
        return s;
    }

    void select(const QVector<LayerSettings> &settings)
    {
        QVector<Inspector::Facts> all;
        for (qsizetype i = 0; i < settings.size(); ++i) {
            all << facts(QStringLiteral("conv_%1").arg(i));
            all.last().layer = int(i);
        }
        m_inspector->setSelection(all, settings);
        QCoreApplication::processEvents();
    }

    MethodGroup *group(int index) const { return m_inspector->findChildren<MethodGroup *>().at(index); }
    MarkSlider *slider(int index) const { return group(index)->value()->slider(); }
    MixedSpinBox *spin(int index) const { return group(index)->value()->spinBox(); }
    QPoint onSlider(int index, int value) const
    {
        return {slider(index)->positionOf(value), slider(index)->height() / 2};
    }

    ChoiceBox *box(int index, const QString &name) const
    {
        for (ChoiceBox *box : group(index)->choices())
            if (box->choice().name == name)
                return box;
        return nullptr;
    }

    void openMore(int index) const
    {
        if (!group(index)->more()->isChecked())
            QTest::mouseClick(group(index)->more(), Qt::LeftButton);
    }

    QString visibleText() const
    {
        QStringList texts;
        for (const QLabel *label : m_inspector->findChildren<QLabel *>())
            if (label->isVisible())
                texts << label->text();
        return texts.join('|');
    }

    static constexpr int Prune = 0, Quantize = 1, Cluster = 2, Rank = 3, Separable = 4, Channels = 5,
                         Drop = 6, Fold = 7, Renormalize = 8; ///< as shown
    std::unique_ptr<Inspector> m_inspector;
    QVector<Edited> m_edits;
};

} // namespace lathe::test
