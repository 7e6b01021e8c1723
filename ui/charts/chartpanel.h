#pragma once
#include <QChartView>
#include <QHash>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QStackedWidget;

namespace lathe::ui {

class ElidedLabel;
class PlotView;

/// What all charts share: title, empty state, context menu (copy data, copy image, save image), colours that
/// follow the theme, and an overlay that is painted over the plot in data coordinates without touching the
/// chart's layout.
class ChartPanel : public QWidget {
    Q_OBJECT
public:
    ChartPanel(const QString &title, const QString &emptyText, QWidget *parent);
    ~ChartPanel() override;

    /// What the chart shows as comma separated values, header line first, numbers in C notation.
    virtual QString csv() const = 0;
    /// The panel at twice the size on screen.
    QPixmap image() const;
    /// As the suffix says: .svg, else PNG. @returns what went wrong; empty: nothing.
    QString saveImageTo(const QString &path) const;
    bool isEmpty() const;
    QString title() const { return m_titleText; }
    /// The titles of the upright axes as they are painted: level, above their axis, where they have the width
    /// of the chart instead of the height of the axis.
    struct AxisTitle {
        QRectF box; ///< in pixels of the view
        QString text;
        bool atRight = false;
    };
    QVector<AxisTitle> axisTitles() const;
    /// Instead of the title there is room for something that stands for it.
    void setTitleRoom(QSize room);
    /// What layers may be called where there is little room, by their names, the longest form first. The tool
    /// tip has the whole.
    void setNameForms(const QHash<QString, QStringList> &forms) { m_nameForms = forms; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    QChart *chart() const;
    PlotView *view() const { return m_view; }
    QHBoxLayout *header() const { return m_header; }
    /// What the colours mean; left out where the panel is too narrow for it and the subject.
    void addToLegend(QWidget *label);
    void setSubject(const QString &layerName);    ///< or what several are called together
    void keepSubject() { m_keepsSubject = true; } ///< where there is no room for both, the legend goes
    void showEmpty(const QString &text = {});     ///< no text: the one of the constructor
    void showPlot();
    void updateOverlay();

    /// Colours and fonts of the moment, for series and axes.
    virtual void restyle() = 0;
    virtual void paintOverlay(QPainter &painter) = 0;
    /// As many ticks as the size of the view has room for.
    virtual void refreshAxes() = 0;
    bool event(QEvent *event) override;
    /// @returns whether the event was used.
    virtual bool handleViewEvent(QEvent *event);

    double xOf(double value) const; ///< pixel of the view
    double valueOf(double x) const;
    QRectF plotArea() const; ///< in pixels of the view
    int ticksAcross() const;
    int ticksUp() const;

    void styleAxis(QAbstractAxis *axis) const;
    /// A label on paper colour, kept inside the plot; `anchor` is its left or right edge and its vertical
    /// centre.
    void drawTag(QPainter &painter, QPointF anchor, const QString &text, const QColor &ink,
                 bool toTheLeft = false) const;
    /// What is told of the thing at `anchor`, beside it and inside the view; the first line in full ink.
    void drawCard(QPainter &painter, QPointF anchor, const QStringList &lines) const;

private:
    friend class PlotView;
    void fitHeader();
    void fitBottomTitle();
    void paintForeground(QPainter &painter);
    void showContextMenu(const QPoint &globalPosition);
    void saveImage();
    bool writeSvg(QIODevice &device) const;

    QString m_titleText, m_emptyText;
    bool m_keepsSubject = false;
    QHash<QString, QStringList> m_nameForms;
    QString m_subjectName; ///< whole
    QLabel *m_title;
    ElidedLabel *m_subject;
    QHBoxLayout *m_header;
    QWidget *m_legend;
    QStackedWidget *m_stack;
    QLabel *m_empty;
    PlotView *m_view;
};

/// A coloured stroke and a word in the header: what a legend would say.
class SeriesLabel : public QWidget {
    Q_OBJECT
public:
    SeriesLabel(const QString &text, QColor (*color)(), QWidget *parent);
    void setText(const QString &text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    QColor (*m_color)();
};

} // namespace lathe::ui
