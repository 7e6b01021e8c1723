#pragma once
#include "ui/compare/variantstudy.h"

#include <QWidget>

namespace lathe::ui {

/// A class and its probability.
struct NamedShare {
    QString name;
    double share = 0.0;  ///< NaN: no number
    bool isTrue = false; ///< it is the class of the sample
};

/// What one variant takes a sample for.
struct VariantAnswer {
    QString variant;
    QVector<NamedShare> classes; ///< the likeliest first
};

/// What variants take a sample for: for each the likeliest classes as bars, beside each other as there is
/// room.
class AnswerBars : public QWidget {
    Q_OBJECT
public:
    explicit AnswerBars(QWidget *parent = nullptr);
    void setAnswers(const QVector<VariantAnswer> &answers);
    const QVector<VariantAnswer> &answers() const { return m_answers; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    int leastCardWidth() const; ///< with all names whole
    int columnsAt(int width) const;
    int lineHeight() const;
    int cardHeight() const;
    void paintCard(QPainter &painter, const QRect &card, const VariantAnswer &answer) const;

    QVector<VariantAnswer> m_answers;
};

} // namespace lathe::ui
