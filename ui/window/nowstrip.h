#pragma once
#include "ui/base/figuretext.h"

#include <QWidget>

#include <array>

class QLabel;

namespace lathe::ui {

class ElidedNote;
class FigureLabel;
class MeasuringMark;
enum class Measuring;

/// The figures of the moment: baseline above, current recipe below, in columns that stand still.
class NowStrip : public QWidget {
    Q_OBJECT
public:
    using Column = Figure;
    static constexpr int ColumnCount = figureCount;

    explicit NowStrip(QWidget *parent = nullptr);

    void setBaseline(const Figures &figures);
    void setCurrent(const Figures &figures);
    void setMeasuring(Measuring state);
    /// As shown, with its note: "−0.5 ± 0.4 (214/500)".
    QString currentText(Column column) const;
    QString baselineText(Column column) const;

    QSize minimumSizeHint() const override;

signals:
    void measuringToggled(); ///< by a click on the count of samples, or by its key

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    using Row = std::array<FigureLabel *, ColumnCount>;
    static void showFigures(const Row &row, const Figures &figures, bool isBaseline);
    void showNote();
    void reserveCounts();
    void fitFigures();
    int widthAt(double scale) const;
    enum class Notes { Difference, Accuracy, All };
    void showNotes(Notes which);

    Figures m_baseline, m_current;
    Row m_baselineRow{}, m_currentRow{};
    std::array<QLabel *, ColumnCount> m_titles{};
    MeasuringMark *m_measuring;
    QString m_widestCount;
    int m_leastWidth = 0;
    QLabel *m_currentTitle;
    QLabel *m_noteIcon;
    ElidedNote *m_note;
};

} // namespace lathe::ui
