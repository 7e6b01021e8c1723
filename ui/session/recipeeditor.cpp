#include "ui/session/recipeeditor.h"

#include "ui/jobs/jobrunner.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

namespace lathe::ui {
namespace {

void checkFits(const Recipe &recipe, const std::vector<std::string> &layerNames, const QString &path)
{
    const std::vector<std::string> unmatched = recipe.unmatchedPatterns(layerNames);
    if (!unmatched.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            Message::verbatim(RecipeEditor::tr("%1 is for another model: no layer here is called \"%2\".")
                                  .arg(QFileInfo(path).fileName(), QString::fromStdString(unmatched.front()))
                                  .toStdString()));
}

/// Those whose settings differ; when these are among the ones that are edited together, all of the latter.
/// Other trained values move them all.
std::vector<size_t> layersThatMove(const LayeredRecipe &before, const LayeredRecipe &after,
                                   const QVector<int> &together)
{
    if (!sameValues(before.tuning, after.tuning))
        return {};
    std::vector<size_t> moving;
    for (size_t i = 0; i < after.settings.size(); ++i)
        if (i >= before.settings.size() || before.settings[i] != after.settings[i])
            moving.push_back(i);
    std::vector<size_t> dragged(together.begin(), together.end());
    std::ranges::sort(dragged);
    return !moving.empty() && std::ranges::includes(dragged, moving) ? dragged : moving;
}

} // namespace

RecipeEditor::RecipeEditor(QObject *parent) : QObject(parent) {}

void RecipeEditor::setModel(const Model &model)
{
    m_hasModel = true;
    m_layerNames.clear();
    m_eligible.clear();
    for (const Layer &layer : model.layers()) {
        m_layerNames.push_back(layer.name);
        m_eligible.push_back(layer.compressible());
    }
    m_now = layered({}, nullptr);
    m_recipePath.clear();
    m_undoStack.clear();
    m_origins.clear();
    m_dragging = false;
}

void RecipeEditor::editLayers(const QVector<int> &layers, const std::function<void(LayerSettings &)> &change,
                              const QString &description, bool dragging)
{
    QVector<LayerSettings> changed;
    for (const int layer : layers) {
        changed << settings()[static_cast<size_t>(layer)];
        if (isFree(layer))
            change(changed.last());
    }
    editLayers(layers, changed, description, dragging);
}

void RecipeEditor::editLayers(const QVector<int> &layers, const QVector<LayerSettings> &changed,
                              const QString &description, bool dragging)
{
    const bool continues = m_dragging && m_dragLayers == layers;
    if (dragging && !continues)
        ++m_drag;
    const quint64 drag = dragging || continues ? m_drag : 0;
    m_dragging = dragging;
    m_dragLayers = layers;

    const std::vector<LayerSettings> wanted = with(layers, changed);
    const QString text =
        layers.size() == 1
            ? tr("%1: %2").arg(QString::fromStdString(m_layerNames.at(layers.first())), description)
            : description; // says how many
    if (wanted != settings())
        push(layered(recipeFor(recipe(), settings(), m_layerNames, m_eligible, wanted), tuning()), text,
             drag);
    else if (!layers.isEmpty() && std::ranges::all_of(layers, [this](int layer) {
                 return settings()[static_cast<size_t>(layer)].keep;
             }))
        emit keptStayed();
    else if (continues && !dragging)
        emit rested(); // the control came to rest where it was: now the slow figures
}

void RecipeEditor::setLayers(const QVector<int> &layers, const QVector<LayerSettings> &changed,
                             const QString &description)
{
    m_dragging = false;
    const std::vector<LayerSettings> wanted = with(layers, changed);
    if (wanted != settings())
        push(layered(recipeFor(recipe(), settings(), m_layerNames, m_eligible, wanted), tuning()),
             description, 0);
}

/// Whether it can be compressed, and is not kept as it is.
bool RecipeEditor::isFree(int layer) const
{
    return m_eligible.at(static_cast<size_t>(layer)) && !settings()[static_cast<size_t>(layer)].keep;
}

std::vector<LayerSettings> RecipeEditor::with(const QVector<int> &layers,
                                              const QVector<LayerSettings> &changed) const
{
    std::vector<LayerSettings> all = settings();
    for (qsizetype i = 0; i < layers.size(); ++i)
        if (isFree(layers[i]))
            all[static_cast<size_t>(layers[i])] = changed.at(i);
    return all;
}

void RecipeEditor::applyPreset(const Preset &preset, PresetMode mode, const QVector<int> &layers)
{
    if (!m_hasModel)
        return;
    const bool replaces = mode == PresetMode::Replace || preset.rules.empty();
    const Recipe whole = withPreset(recipe(), preset, mode);
    if (layers.isEmpty()) {
        const std::shared_ptr<const Tuning> kept = replaces ? nullptr : tuning();
        const bool changes = !isOf(whole, kept);
        replaceWork(whole, kept,
                    (replaces ? tr("%1 for all layers") : tr("%1 added for all layers")).arg(preset.name));
        if (changes && replaces)
            setOrigin({});
        return;
    }
    const std::vector<LayerSettings> by = (replaces ? Recipe{{}, preset.rules} : whole).resolve(m_layerNames);
    QVector<LayerSettings> wanted;
    for (const int layer : layers) {
        wanted << by[static_cast<size_t>(layer)];
        if (wanted.last().keep) // a preset for layers says how they are compressed
            wanted.last() = settings()[static_cast<size_t>(layer)];
    }
    const QString where = layers.size() == 1
                              ? QString::fromStdString(m_layerNames.at(static_cast<size_t>(layers.first())))
                              : tr("%n layers", nullptr, static_cast<int>(layers.size()));
    setLayers(layers, wanted, (replaces ? tr("%1 for %2") : tr("%1 added for %2")).arg(preset.name, where));
}

std::vector<bool> RecipeEditor::keptLayers() const
{
    std::vector<bool> kept;
    for (const LayerSettings &layer : settings())
        kept.push_back(layer.keep);
    return kept;
}

void RecipeEditor::setKept(const QVector<int> &layers, bool kept)
{
    std::vector<bool> wanted = keptLayers();
    std::vector<size_t> changed;
    for (const int layer : layers)
        if (const auto i = static_cast<size_t>(layer); m_eligible.at(i) && wanted[i] != kept) {
            wanted[i] = kept;
            changed.push_back(i);
        }
    if (changed.empty())
        return;
    bool all = true;
    for (size_t i = 0; i < wanted.size(); ++i)
        all = all && (!m_eligible[i] || wanted[i] == kept);
    if (all) // one rule says it; the layers that cannot be compressed do not mind
        wanted.assign(wanted.size(), kept);
    const QString name = QString::fromStdString(m_layerNames[changed.front()]);
    const int count = static_cast<int>(changed.size());
    const QString one = kept ? tr("Keep %1 as it is").arg(name) : tr("Let %1 be compressed").arg(name);
    const QString many = kept ? tr("Keep %n layers as they are", nullptr, count)
                              : tr("Let %n layers be compressed", nullptr, count);
    replaceRecipe(recipe().withKept(m_layerNames, wanted), count == 1 ? one : many);
}

void RecipeEditor::replaceRecipe(const Recipe &recipe, const QString &description)
{
    replaceWork(recipe, tuning(), description);
}

void RecipeEditor::replaceWork(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning,
                               const QString &description)
{
    m_dragging = false;
    if (m_hasModel && !isOf(recipe, tuning))
        push(layered(recipe, tuning), description, 0);
}

void RecipeEditor::push(const State &state, const QString &description, quint64 drag)
{
    m_origins.erase(m_origins.upper_bound(m_undoStack.index()), m_origins.end()); // of what cannot be redone
    m_undoStack.push(new RecipeCommand(m_now, state, description, drag, [this](const State &to) {
        if (m_jumping)
            m_jumpedTo = to;
        else
            take(to);
    }));
}

void RecipeEditor::endJump()
{
    m_jumping = false;
    if (const State state = std::exchange(m_jumpedTo, nullptr))
        take(state);
}

void RecipeEditor::setRecipe(const Recipe &recipe, const std::shared_ptr<const Tuning> &tuning)
{
    take(layered(recipe, tuning));
}

RecipeEditor::State RecipeEditor::layered(const Recipe &recipe,
                                          const std::shared_ptr<const Tuning> &tuning) const
{
    return std::make_shared<const LayeredRecipe>(LayeredRecipe{recipe, recipe.resolve(m_layerNames), tuning});
}

void RecipeEditor::take(const State &state)
{
    m_moving = layersThatMove(*m_now, *state, m_dragLayers);
    m_now = state;
    emit touched();
    emit recipeChanged();
}

bool RecipeEditor::openRecipe(const QString &path)
{
    if (!m_hasModel)
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
    replaceWork(std::get<Recipe>(outcome), nullptr, tr("Open %1").arg(QFileInfo(path).fileName()));
    setOrigin({}); // whatever it was made from, it was not made from what was here
    setSaved(path);
    return true;
}

void RecipeEditor::setSaved(const QString &path)
{
    m_recipePath = QFileInfo(path).absoluteFilePath();
    m_undoStack.setClean();
    emit touched();
}

QString RecipeEditor::origin() const
{
    const auto next = m_origins.upper_bound(m_undoStack.index());
    return next == m_origins.begin() ? QString() : std::prev(next)->second;
}

void RecipeEditor::setOrigin(const QString &id)
{
    m_origins[m_undoStack.index()] = id;
    emit touched();
}

void RecipeEditor::replaceOrigin(const QString &id, const QString &by)
{
    for (auto &[place, origin] : m_origins)
        if (origin == id)
            origin = by;
}

} // namespace lathe::ui
