// The part of Workbench that edits the recipe and keeps variants of it.
#include "ui/session/recipecommand.h"
#include "ui/session/workbench.h"

#include "core/base/outputs.h"
#include "core/exporting/storagenames.h"
#include "ui/base/coretexts.h"
#include "ui/base/format.h"

#include <QFileInfo>
#include <QUuid>
#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

void checkFits(const Recipe &recipe, const std::vector<std::string> &layerNames, const QString &path)
{
    const std::vector<std::string> unmatched = recipe.unmatchedPatterns(layerNames);
    if (!unmatched.empty())
        throw Error(ErrorCode::InvalidArgument,
                    Workbench::tr("%1 is for another model: no layer here is called \"%2\".")
                        .arg(QFileInfo(path).fileName(), QString::fromStdString(unmatched.front()))
                        .toStdString());
}

/// Those whose settings differ; when these are among the ones that are edited together, all of the latter.
std::vector<size_t> layersThatMove(const std::vector<LayerSettings> &before,
                                   const std::vector<LayerSettings> &after, const QVector<int> &together)
{
    std::vector<size_t> moving;
    for (size_t i = 0; i < after.size(); ++i)
        if (i >= before.size() || before[i] != after[i])
            moving.push_back(i);
    std::vector<size_t> dragged(together.begin(), together.end());
    std::ranges::sort(dragged);
    return !moving.empty() && std::ranges::includes(dragged, moving) ? dragged : moving;
}

} // namespace

void Workbench::editLayers(const QVector<int> &layers, const std::function<void(LayerSettings &)> &change,
                           const QString &description, bool dragging)
{
    const bool continues = m_dragging && m_dragLayers == layers;
    if (dragging && !continues)
        ++m_drag;
    const quint64 drag = dragging || continues ? m_drag : 0;
    m_dragging = dragging;
    m_dragLayers = layers;

    std::vector<LayerSettings> wanted = m_settings;
    for (const int layer : layers)
        if (m_eligible.at(static_cast<size_t>(layer)))
            change(wanted[static_cast<size_t>(layer)]);
    const QString text =
        layers.size() == 1
            ? tr("%1: %2").arg(QString::fromStdString(m_layerNames.at(layers.first())), description)
            : description; // says how many
    if (wanted != m_settings)
        push(recipeFor(m_recipe, m_layerNames, m_eligible, wanted), text, drag);
    else if (continues && !dragging)
        requestPreview(false); // the control came to rest where it was: now the slow figures
}

void Workbench::setLayers(const QVector<int> &layers, const QVector<LayerSettings> &settings,
                          const QString &description)
{
    m_dragging = false;
    std::vector<LayerSettings> wanted = m_settings;
    for (qsizetype i = 0; i < layers.size(); ++i)
        if (m_eligible.at(static_cast<size_t>(layers[i])))
            wanted[static_cast<size_t>(layers[i])] = settings.at(i);
    if (wanted != m_settings)
        push(recipeFor(m_recipe, m_layerNames, m_eligible, wanted), description, 0);
}

void Workbench::applyPreset(const Preset &preset)
{
    replaceRecipe(withPreset(m_recipe, preset), tr("%1, all layers").arg(preset.name));
}

void Workbench::replaceRecipe(const Recipe &recipe, const QString &description)
{
    m_dragging = false;
    if (hasModel() && recipe != m_recipe)
        push(recipe, description, 0);
}

void Workbench::push(const Recipe &recipe, const QString &description, quint64 drag)
{
    m_origins.erase(m_origins.upper_bound(m_undoStack.index()), m_origins.end()); // of what cannot be redone
    m_undoStack.push(new RecipeCommand(
        m_recipe, recipe, description, drag,
        [this](const Recipe &r) {
            if (m_jumping)
                m_jumpedTo = r;
            else
                setRecipe(r);
        },
        [this](const Recipe &a, const Recipe &b) {
            return a.resolve(m_layerNames) == b.resolve(m_layerNames);
        }));
}

void Workbench::endJump()
{
    m_jumping = false;
    if (const std::optional<Recipe> recipe = std::exchange(m_jumpedTo, std::nullopt))
        setRecipe(*recipe);
}

void Workbench::setRecipe(const Recipe &recipe)
{
    const std::vector<LayerSettings> before = m_settings;
    m_recipe = recipe;
    m_settings = recipe.resolve(m_layerNames);
    m_moving = layersThatMove(before, m_settings, m_dragLayers);
    m_autosave.start();
    startFigures();
    refreshOutdated();
    emit recipeChanged();
    emit figuresChanged();
    requestPreview(m_dragging);
}

bool Workbench::openRecipe(const QString &path)
{
    if (!hasModel())
        return false;
    const auto outcome = runGuarded([&] {
        Recipe recipe = loadRecipe(path.toStdString());
        checkFits(recipe, m_layerNames, path);
        return recipe;
    });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        emit failed(tr("Opening the recipe %1").arg(path), *error);
        return false;
    }
    replaceRecipe(std::get<Recipe>(outcome), tr("Open %1").arg(QFileInfo(path).fileName()));
    setOrigin({}); // whatever it was made from, it was not made from what was here
    m_recipePath = QFileInfo(path).absoluteFilePath();
    m_undoStack.setClean();
    return true;
}

const Recipe &Workbench::finalRecipe() const
{
    return isCurrent() ? m_preview.compressed->finalRecipe() : m_recipe;
}

bool Workbench::saveRecipe(const QString &path)
{
    const auto outcome = runGuarded([&] {
        const NamedFile output{"the recipe", path.toStdString()};
        const NamedFile inputs[] = {{"the model that is open", m_modelPath.toStdString()},
                                    {"the project that is open", m_projectPath.toStdString()}};
        requireSafeOutputs({&output, 1}, inputs);
        lathe::saveRecipe(finalRecipe(), path.toStdString());
    });
    if (const auto *error = std::get_if<Error>(&outcome)) {
        emit failed(tr("Saving the recipe %1").arg(path), *error);
        return false;
    }
    m_recipePath = QFileInfo(path).absoluteFilePath();
    m_undoStack.setClean();
    m_autosave.start();
    return true;
}

QString Workbench::commandLine(const QString &output, Storage storage) const
{
    QStringList words{QStringLiteral("lathe compress"), shellQuoted(m_modelPath)};
    const QString rules = QString::fromStdString(toCommandLine(finalRecipe())).trimmed();
    if (!rules.isEmpty())
        words << rules;
    if (!m_recipe.name.empty())
        words << QStringLiteral("--name") << shellQuoted(QString::fromStdString(m_recipe.name));
    const bool calibrates = std::any_of(m_settings.begin(), m_settings.end(), needsCalibration);
    if (calibrates && m_data && m_data->calibration) {
        words << QStringLiteral("--calibrate")
              << shellQuoted(QString::fromStdString(m_data->calibrationReference));
        const Preprocessing &chosen = m_data->preprocessing;
        if (toJson(chosen) != toJson(defaultPreprocessing(model())))
            words << QStringLiteral("--preprocess") << shellQuoted(QString::fromStdString(chosen.name));
    }
    if (storage != Storage::Compact)
        words << QStringLiteral("--form") << QString::fromStdString(nameOf(storage));
    words << QStringLiteral("-o") << shellQuoted(output);
    return words.join(QLatin1Char(' '));
}

int Workbench::saveVariant(const QString &name)
{
    Variant variant;
    variant.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    variant.name =
        m_variants.freeName(name.isEmpty() ? settingsName(m_settings, m_layerNames, m_eligible) : name);
    variant.recipe = m_recipe;
    variant.parent = origin();
    keepFigures(variant);
    const int row = m_variants.append(variant);
    setOrigin(variant.id);
    if (!Figures::isCurrent(m_figures.quality) || m_figures.samplesDone < m_figures.samplesTotal)
        requestPreview(false, true); // what is kept is kept exactly
    return row;
}

void Workbench::duplicateVariant(int row)
{
    Variant copy = m_variants.at(row);
    copy.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    copy.name = m_variants.freeName(copy.name);
    m_variants.append(copy);
}

void Workbench::deleteVariants(const QVector<int> &rows)
{
    QVector<int> youngestFirst = rows;
    std::ranges::sort(youngestFirst, std::greater());
    for (const int row : youngestFirst)
        for (auto &[place, origin] : m_origins)
            if (origin == m_variants.at(row).id)
                origin = m_variants.at(row).parent;
    m_variants.remove(rows);
}

void Workbench::applyVariant(int row)
{
    const Variant variant = m_variants.at(row);
    if (variant.file) {
        emit notice(tr("%1 is a file from elsewhere: it has no recipe to apply.").arg(variant.name));
        return;
    }
    replaceRecipe(variant.recipe, tr("Apply variant %1").arg(variant.name));
    setOrigin(row == 0 ? QString() : variant.id);
}

QString Workbench::origin() const
{
    const auto next = m_origins.upper_bound(m_undoStack.index());
    return next == m_origins.begin() ? QString() : std::prev(next)->second;
}

void Workbench::setOrigin(const QString &id)
{
    m_origins[m_undoStack.index()] = id;
    m_autosave.start();
}

} // namespace lathe::ui
