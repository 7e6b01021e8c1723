#pragma once
#include "core/data/fedimage.h"
#include "ui/jobs/jobrunner.h"

#include <QImage>
#include <QWidget>

class QLabel;
class QToolButton;

namespace lathe {
class Model;
}

namespace lathe::ui {

class ElidedLabel;

/// One image of a data set as it is stored, and as the model is fed it; the others can be stepped to.
class SamplePreview : public QWidget {
    Q_OBJECT
public:
    /// @param dataset null: there is nothing to see
    SamplePreview(const Model &model, std::shared_ptr<const Dataset> dataset, QWidget *parent = nullptr);

    void setPreprocessing(const Preprocessing &preprocessing); ///< shown as soon as it is worked out
    void step(int by);                                         ///< around its ends
    size_t sample() const { return m_sample; }
    const QImage &before() const { return m_before; }
    const QImage &after() const { return m_after; }
    QString problem() const; ///< why the model cannot be fed it; empty: it can

signals:
    void shown(); ///< what the sample becomes, or why it becomes nothing

private:
    struct Made {
        Image image;
        std::optional<FedImage> fed;
        QString problem;
    };
    void work();
    void showMade(const Made &made);
    bool hasImages() const { return m_dataset && m_dataset->holdsImages() && m_dataset->size() > 0; }

    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Dataset> m_dataset;
    Preprocessing m_preprocessing;
    size_t m_sample = 0;
    QImage m_before, m_after;
    JobRunner m_runner;
    QLabel *m_beforePicture, *m_afterPicture, *m_beforeText, *m_afterText, *m_problem;
    ElidedLabel *m_name;
    QToolButton *m_previous, *m_next;
};

} // namespace lathe::ui
