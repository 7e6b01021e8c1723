#include "ui/compare/weightcomparison.h"

#include "ui/base/messages.h"
#include "ui/charts/overlaidcharts.h"
#include "ui/widgets/panelparts.h"

#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QSplitter>
#include <QStringListModel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lathe::ui {
namespace {

constexpr int bins = 128;

std::span<const float> valuesOf(const Matrix &matrix)
{
    return {matrix.data(), static_cast<size_t>(matrix.size())};
}

} // namespace

WeightComparison::WeightComparison(QWidget *parent)
    : QWidget(parent), m_layers(new QComboBox(this)), m_split(new QSplitter(this)),
      m_histograms(new OverlaidHistograms(this)), m_spectra(new OverlaidSpectra(this))
{
    m_runner.setThreads(1);
    m_layers->setEditable(true); // so that a part of the name finds it
    m_layers->setInsertPolicy(QComboBox::NoInsert);
    m_layers->setMinimumContentsLength(24);
    m_layers->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // measures no names
    m_layers->setAccessibleName(tr("Layer"));
    ignoreWheelWithoutFocus(m_layers);
    connect(m_layers, &QComboBox::currentIndexChanged, this, &WeightComparison::refresh);
    connect(m_layers, &QComboBox::activated, this, [this] { m_chosen = true; });
    auto *label = new QLabel(tr("La&yer"), this);
    label->setBuddy(m_layers);
    auto *row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_layers);
    row->addStretch();
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_histograms);
    m_split->addWidget(m_spectra);
    m_split->setSizes({1000, 1000}); // halves
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addLayout(row);
    column->addWidget(m_split, 1);
}

void WeightComparison::setModel(const Model &model)
{
    setComparison(nullptr, {});
    m_chosen = false;
    m_model = model;
    QStringList names;
    for (const Layer &layer : model.layers())
        names << QString::fromStdString(layer.name);
    const QSignalBlocker quiet(m_layers);
    // The one of before goes with it. Ten thousand single items take long.
    m_layers->setModel(new QStringListModel(names, m_layers));
    m_layers->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_layers->completer()->setFilterMode(Qt::MatchContains);
}

void WeightComparison::setComparison(const SharedComparison &comparison, const QStringList &names)
{
    m_runner.abandon();
    m_comparison = comparison;
    m_names = names;
    m_done.clear();
    m_shown = -1;
    if (!comparison)
        return;
    if (!m_chosen)
        m_layers->setCurrentIndex(mostChanged());
    refresh();
}

/// Where there is most to see: the largest layer that is not the same in all.
int WeightComparison::mostChanged() const
{
    const std::vector<Layer> &layers = m_model->layers();
    int chosen = layers.empty() ? -1 : 0;
    int64_t most = -1;
    for (size_t i = 0; i < layers.size(); ++i) {
        const auto &studies = m_comparison->studies;
        const bool differs = std::ranges::any_of(
            studies, [&](const auto &study) { return !study->layers[i].isLike(studies.front()->layers[i]); });
        if (differs && layers[i].weightBytes > most) {
            most = layers[i].weightBytes;
            chosen = static_cast<int>(i);
        }
    }
    return chosen;
}

void WeightComparison::setLayer(int layer)
{
    m_chosen = true;
    m_layers->setCurrentIndex(layer);
}

int WeightComparison::layer() const
{
    return m_layers->currentIndex();
}

/// Beside each other where there is room for both.
void WeightComparison::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool wide = width() >= m_histograms->minimumSizeHint().width() +
                                     m_spectra->minimumSizeHint().width() + m_split->handleWidth();
    m_split->setOrientation(wide ? Qt::Horizontal : Qt::Vertical);
}

void WeightComparison::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

/// Only what is in sight is computed: it takes a pass over the weights, and a spectrum.
void WeightComparison::refresh()
{
    const int layer = m_layers->currentIndex();
    if (!isVisible() || !m_comparison || layer < 0 || layer == m_shown)
        return;
    m_shown = layer;
    if (const auto done = m_done.constFind(layer); done != m_done.constEnd()) {
        m_runner.abandon();
        showCurves(layer, *done);
        return;
    }
    m_runner.start(
        [model = *m_model, comparison = m_comparison, layer](const JobContext &ctx) {
            return computeCurves(model, *comparison, static_cast<size_t>(layer), ctx);
        },
        [this, layer](const Outcome<Curves> &outcome) {
            if (const auto *curves = std::get_if<Curves>(&outcome)) {
                m_done.insert(layer, *curves);
                showCurves(layer, *curves);
            } else if (const auto *error = std::get_if<Error>(&outcome)) {
                clear(messageText(error->message()));
            }
        });
}

WeightComparison::Curves WeightComparison::computeCurves(const Model &model,
                                                         const VariantComparison &comparison, size_t layer,
                                                         const JobContext &ctx)
{
    std::vector<std::optional<Matrix>> weights;
    double low = 0.0, high = 0.0;
    bool any = false;
    for (const auto &study : comparison.studies) {
        weights.push_back(study->weights.of(model, layer));
        if (!weights.back())
            continue;
        const Moments m = moments(valuesOf(*weights.back()));
        if (m.count == 0)
            continue;
        low = any ? std::min(low, m.minimum) : m.minimum;
        high = any ? std::max(high, m.maximum) : m.maximum;
        any = true;
    }
    Curves curves;
    const double room = high > low ? 0.0 : std::max(std::abs(low) * 0.1, 1e-3); // equal values have no width
    curves.low = low - room;
    curves.high = high + room;
    for (const std::optional<Matrix> &weight : weights) {
        ctx.throwIfCancelled();
        curves.histograms.emplace_back();
        curves.spectra.emplace_back();
        if (!weight || !any)
            continue;
        curves.histograms.back() = histogram(valuesOf(*weight), bins, curves.low, curves.high);
        if (weight->allFinite())
            curves.spectra.back() = spectrum(*weight, ctx).singularValues;
    }
    return curves;
}

void WeightComparison::showCurves(int layer, const Curves &curves)
{
    QVector<Curve> histograms, spectra;
    for (qsizetype v = 0; v < m_names.size(); ++v) {
        const auto i = static_cast<size_t>(v);
        const bool isBaseline = m_names[v].isEmpty();
        const Curve curve{
            isBaseline ? tr("baseline") : m_names[v], isBaseline ? -1 : static_cast<int>(v), {}};
        const std::vector<int64_t> &counts = curves.histograms[i].counts;
        histograms << curve;
        histograms.back().values.assign(counts.begin(), counts.end());
        spectra << curve;
        spectra.back().values = curves.spectra[i];
    }
    const QString name = m_layers->itemText(layer);
    m_histograms->setLayer(name);
    m_spectra->setLayer(name);
    const QString unknown = tr("None of the variants shows the weights of this layer.");
    m_histograms->setHistograms(histograms, curves.low, curves.high, unknown);
    m_spectra->setSpectra(spectra, unknown);
}

void WeightComparison::clear(const QString &text)
{
    m_histograms->setHistograms({}, 0.0, 1.0, text);
    m_spectra->setSpectra({}, text);
}

} // namespace lathe::ui
