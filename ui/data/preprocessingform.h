#pragma once
#include "core/data/preprocessing.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;
class QStackedWidget;

namespace lathe::ui {

/// Preprocessing as fields, from top to bottom in the order in which they are applied. A field that is not
/// touched leaves what it stands for as it is, to the last digit.
class PreprocessingForm : public QWidget {
    Q_OBJECT
public:
    explicit PreprocessingForm(QWidget *parent = nullptr);

    void setPreprocessing(const Preprocessing &preprocessing);
    const Preprocessing &preprocessing() const { return m_value; }
    QString problem() const; ///< of a field that holds no number; empty: all do

signals:
    void edited(); ///< by hand

private:
    enum Resize { AsItIs, ShorterSide, LongerSide, Exactly };
    void addResize(QFormLayout *form);
    void addCrop(QFormLayout *form);
    void addValues(QFormLayout *form);
    void addOrder(QFormLayout *form);
    QSpinBox *pixels(const QString &name, const QString &accessible, int least);
    void fillFields();
    void enableFields();
    void takeResize();
    void takeNumbers(QLineEdit *field, std::vector<double> *into);
    void take(const std::function<void()> &change);
    Resize mode() const;

    Preprocessing m_value;
    bool m_showing = false; ///< fields are filled, nobody edits them
    QComboBox *m_mode, *m_filter, *m_channels, *m_layout;
    QStackedWidget *m_size;
    QSpinBox *m_edge, *m_bound, *m_longer, *m_width, *m_height, *m_cropWidth, *m_cropHeight, *m_padWidth,
        *m_padHeight;
    QCheckBox *m_crop, *m_rescale, *m_offset, *m_normalize;
    QLineEdit *m_factor, *m_mean, *m_deviation;
};

/// "0.485, 0.456, 0.406", also "1/255". @returns empty when it is no list of numbers
std::vector<double> numbersOf(const QString &text);
/// The shortest text that numbersOf() reads back to the same numbers.
QString numbersText(const std::vector<double> &numbers);

} // namespace lathe::ui
