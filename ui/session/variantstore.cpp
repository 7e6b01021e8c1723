#include "ui/session/variantstore.h"

#include "ui/session/previewcontroller.h"
#include "ui/session/recipeeditor.h"

#include <QUuid>
#include <algorithm>

namespace lathe::ui {

VariantStore::VariantStore(RecipeEditor &editor, PreviewController &previews, QObject *parent)
    : QObject(parent), m_editor(editor), m_previews(previews)
{
}

int VariantStore::save(const QString &name)
{
    Variant variant;
    variant.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    variant.name = m_model.freeName(
        name.isEmpty() ? settingsName(m_editor.settings(), m_editor.layerNames(), m_editor.eligible())
                       : name);
    variant.recipe = m_editor.recipe();
    variant.tuning = m_editor.tuning();
    variant.parent = m_editor.origin();
    keepFigures(variant);
    const int row = m_model.append(variant);
    m_editor.setOrigin(variant.id);
    if (!Figures::isCurrent(m_previews.figures().quality) ||
        m_previews.figures().samplesDone < m_previews.figures().samplesTotal)
        m_previews.request(false, true); // what is kept is kept exactly
    return row;
}

int VariantStore::keep(const QString &name, const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning,
                       const QString &parent)
{
    Variant variant;
    variant.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    variant.name = m_model.freeName(name);
    variant.recipe = recipe;
    variant.tuning = tuning;
    variant.parent = parent;
    return m_model.append(variant);
}

void VariantStore::duplicate(int row)
{
    Variant copy = m_model.at(row);
    copy.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    copy.name = m_model.freeName(copy.name);
    m_model.append(copy);
}

void VariantStore::remove(const QVector<int> &rows)
{
    QVector<int> youngestFirst = rows;
    std::ranges::sort(youngestFirst, std::greater());
    for (const int row : youngestFirst)
        m_editor.replaceOrigin(m_model.at(row).id, m_model.at(row).parent);
    m_model.remove(rows);
}

void VariantStore::apply(int row)
{
    const Variant variant = m_model.at(row);
    if (variant.file) {
        emit notice(tr("%1 is a file from elsewhere: it has no recipe to apply.").arg(variant.name));
        return;
    }
    m_editor.replaceWork(variant.recipe, variant.tuning, tr("Apply variant %1").arg(variant.name));
    m_editor.setOrigin(row == 0 ? QString() : variant.id);
}

void VariantStore::restore(const QVector<Variant> &variants)
{
    for (const Variant &variant : variants)
        m_model.append(variant);
}

void VariantStore::clear()
{
    m_model.clear();
    refreshBaseline();
}

void VariantStore::refreshBaseline()
{
    Variant variant;
    variant.id = Variant::baselineId;
    variant.name = tr("baseline");
    variant.figures = m_previews.untouched();
    variant.data = m_previews.sampleText();
    if (!variant.data.empty())
        variant.when = QDateTime::currentDateTime();
    m_model.setBaseline(variant);
}

std::vector<Figures> VariantStore::known() const
{
    std::vector<Figures> all;
    for (const Variant &variant : m_model.variants())
        if (isOfRecipe(variant))
            all.push_back(variant.figures);
    return all;
}

void VariantStore::shareFigures()
{
    const auto share = [this](int row, const Variant &variant) {
        if (toJson(variant.figures) != toJson(m_model.at(row).figures))
            m_model.update(row, variant);
    };
    Variant first = m_model.at(0);
    first.figures = m_previews.untouched();
    share(0, first);
    for (int row = 1; row < m_model.rowCount(); ++row) {
        if (!isOfRecipe(m_model.at(row)))
            continue;
        Variant variant = m_model.at(row);
        keepFigures(variant);
        share(row, variant);
    }
}

void VariantStore::timeAgain()
{
    for (int row = 1; row < m_model.rowCount(); ++row) {
        Variant variant = m_model.at(row);
        if (!isOfRecipe(variant) || variant.figures.running == Figures::Unknown)
            continue;
        variant.figures.running = Figures::Outdated;
        m_model.update(row, variant);
    }
}

bool VariantStore::isOfRecipe(const Variant &variant) const
{
    return !variant.file && !variant.isBaseline() && m_editor.isOf(variant.recipe, variant.tuning);
}

void VariantStore::keepFigures(Variant &variant) const
{
    if (m_previews.isTrial())
        return; // they are of other values
    Figures fresh = m_previews.figures().currentOnly();
    const Figures known = variant.figures;
    // On other data a whole measurement is worth more than a begun one; so it is where nobody knows on which.
    const bool begun =
        fresh.quality != Figures::Settled || (known.basis.empty() && fresh.samplesDone < known.samplesDone);
    if (Figures::isCurrent(known.quality) && known.basis != fresh.basis && begun)
        fresh.quality = Figures::Unknown;
    variant.figures.take(fresh);
    const bool measured =
        known.samplesDone != variant.figures.samplesDone || known.basis != variant.figures.basis;
    if (measured || (!variant.when.isValid() && Figures::isCurrent(variant.figures.sizes))) {
        variant.when = QDateTime::currentDateTime();
        variant.data = m_previews.dataText();
    }
}

} // namespace lathe::ui
