#include "ui/graph/nodetext.h"

#include "ui/base/format.h"
#include "ui/base/messages.h"
#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QLocale>
#include <QUrl>

namespace lathe::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lathe::ui::NodeText)
};

constexpr int mostReaders = 12; ///< of an output that are named
constexpr size_t mostOperators = 12;

QString text(const std::string &value)
{
    return QString::fromStdString(value).toHtmlEscaped();
}

QString linkTo(const QString &target, const QString &shown)
{
    return QStringLiteral("<a href=\"%1\">%2</a>")
        .arg(QString::fromLatin1(QUrl::toPercentEncoding(target, ":")), shown);
}

QString muted(const QString &html)
{
    return QStringLiteral("<span style='color:%1'>%2</span>").arg(colors().muted.name(), html);
}

QString section(const QString &title)
{
    return QStringLiteral("<p style='margin-top:10px;margin-bottom:2px'><b>%1</b></p>")
        .arg(title.toHtmlEscaped());
}

QString line(const QString &html)
{
    return QStringLiteral("<p style='margin-top:1px;margin-bottom:1px'>%1</p>").arg(html);
}

class Writer {
public:
    Writer(const Model &model, const GraphDocument &document, int node)
        : m_model(model), m_graph(document.graph), m_index(static_cast<size_t>(node)),
          m_node(m_graph.nodes[m_index]), m_facts(document.reader->facts(m_node))
    {
    }

    NodeText run(const NodeNow *now)
    {
        addHead();
        addRole();
        if (now)
            addNow(*now);
        addAttributes();
        addValues(Words::tr("Inputs"), m_facts.inputs, true);
        addValues(Words::tr("Outputs"), m_facts.outputs, false);
        addSubgraphs();
        return {m_html, m_constant};
    }

private:
    void addHead()
    {
        const bool isInput = m_node.kind == GraphNode::Kind::Input;
        const QString title = !m_facts.op.empty() ? text(m_facts.op)
                              : isInput           ? Words::tr("Input of the model").toHtmlEscaped()
                                                  : Words::tr("Output of the model").toHtmlEscaped();
        m_html +=
            QStringLiteral("<p style='margin-bottom:2px'><b style='font-size:large'>%1</b></p>").arg(title);
        m_html += line(text(m_node.name));
        if (!m_facts.op.empty()) {
            const QString domain = text(m_facts.domain);
            m_html +=
                line(muted(m_facts.version > 0
                               ? Words::tr("%1, version %2").arg(domain, QString::number(m_facts.version))
                               : domain));
        }
        if (!m_facts.documentation.empty())
            m_html += line(QStringLiteral("<i>%1</i>").arg(text(m_facts.documentation)));
    }

    void addRole()
    {
        if (m_node.kind != GraphNode::Kind::Operator)
            return;
        m_html += section(Words::tr("In this model"));
        if (m_node.layers.empty())
            m_html += line(
                m_node.subgraphs > 0 ? Words::tr("No layer by itself; graphs inside of it are listed below.")
                : m_node.constants > 0
                    ? Words::tr("No layer: what it reads besides computed values is no weight of a product, "
                                "a convolution, an embedding or a recurrence.")
                    : Words::tr("No layer: it has no constant weight."));
        for (const size_t index : m_node.layers)
            addLayer(m_model.layers()[index]);
    }

    void addLayer(const Layer &layer)
    {
        const QString size =
            layer.decodable && layer.parameters > 0
                ? Words::tr("%1, %2 bits a number").arg(bytes(layer.fileBytes), number(layer.storedBits(), 1))
                : bytes(layer.fileBytes);
        m_html += line(Words::tr("Layer %1: %2 weights as %3 × %4, %5")
                           .arg(text(layer.name), QLocale().toString(qlonglong(layer.parameters)),
                                QString::number(layer.rows), QString::number(layer.cols), size));
        if (layer.tiedTo)
            m_html += line(Words::tr("It shares its weight with %1 and changes with that.")
                               .arg(text(m_model.layers()[*layer.tiedTo].name)));
        else if (!layer.untouchable.empty())
            m_html += line(Words::tr("It cannot be compressed: %1.")
                               .arg(messageText(layer.untouchable).toHtmlEscaped()));
    }

    void addNow(const NodeNow &now)
    {
        if (m_node.layers.empty())
            return;
        m_html += section(Words::tr("With the recipe of the moment"));
        if (now.change == LayerChange::None) {
            m_html += line(Words::tr("Unchanged."));
            return;
        }
        if (now.change == LayerChange::Gone) {
            m_html += line(Words::tr("Gone with its block: what read the block reads its input instead."));
            return;
        }
        const QString form = now.form.toHtmlEscaped();
        m_html +=
            line(now.change == LayerChange::Split
                     ? Words::tr("Split into several nodes; stored as %1, %2.").arg(form, bytes(now.bytes))
                     : Words::tr("Its weight is replaced; stored as %1, %2.").arg(form, bytes(now.bytes)));
        if (!now.becomes) {
            m_html += line(muted(Words::tr("Looking up the nodes…")));
            return;
        }
        QStringList nodes;
        if (!now.becomes->unpacking.empty())
            nodes << operatorsText(now.becomes->unpacking, QStringLiteral(" → ")).toHtmlEscaped();
        nodes << operatorsText(now.becomes->computing, QStringLiteral(" → ")).toHtmlEscaped();
        m_html += line(Words::tr("Becomes: %1").arg(nodes.join(QStringLiteral(" ⇒ "))));
    }

    void addAttributes()
    {
        if (m_facts.attributes.empty())
            return;
        m_html +=
            section(Words::tr("Attributes")) + QStringLiteral("<table cellspacing='0' cellpadding='1'>");
        for (const AttributeFacts &attribute : m_facts.attributes)
            m_html += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>")
                          .arg(muted(text(attribute.name)), text(attribute.value));
        m_html += QStringLiteral("</table>");
    }

    void addValues(const QString &title, const std::vector<ValueFacts> &values, bool isInput)
    {
        if (values.empty())
            return;
        m_html += section(title);
        for (size_t i = 0; i < values.size(); ++i)
            addValue(i, values[i], isInput);
    }

    void addValue(size_t index, const ValueFacts &value, bool isInput)
    {
        const QString number = muted(QStringLiteral("%1&nbsp;").arg(index));
        if (value.origin == ValueFacts::Origin::LeftOut) {
            m_html += line(number + muted(Words::tr("left out")));
            return;
        }
        const bool stored =
            value.origin == ValueFacts::Origin::Constant || value.origin == ValueFacts::Origin::Folded;
        QString name = text(value.name);
        if (stored && isInput)
            name = linkTo(valuesLink + QString::fromStdString(value.name), name);
        else if (const int maker = isInput ? neighbour(value.name, true) : -1; maker >= 0)
            name = linkTo(nodeLink + QString::number(maker), name);
        QStringList details;
        if (value.type != ElementType::Undefined)
            details << text(elementTypeName(value.type));
        if (value.hasShape)
            details << (value.shape.empty() ? Words::tr("scalar") : dimensions(value.shape));
        if (stored)
            details << bytes(value.bytes);
        m_html += line(number + name + QStringLiteral(" ") + muted(details.join(QStringLiteral(" · "))));
        if (!value.operators.empty())
            m_html +=
                line(muted(Words::tr("computed from constants by %1")
                               .arg(operatorsText(value.operators, QStringLiteral(" → ")).toHtmlEscaped())));
        if (stored && isInput && value.bytes > m_largest) {
            m_largest = value.bytes;
            m_constant = QString::fromStdString(value.name);
        }
        if (!isInput)
            addReaders(value.name);
    }

    void addReaders(const std::string &tensor)
    {
        QStringList readers;
        int count = 0;
        for (const int edge : m_graph.outgoing[m_index]) {
            const GraphEdge &e = m_graph.edges[static_cast<size_t>(edge)];
            if (e.tensor == tensor && ++count <= mostReaders)
                readers << linkTo(nodeLink + QString::number(e.to),
                                  text(m_graph.nodes[static_cast<size_t>(e.to)].name));
        }
        if (count > mostReaders)
            readers << QStringLiteral("…");
        if (!readers.isEmpty())
            m_html += line(QStringLiteral("&nbsp;&nbsp;→ ") + readers.join(QStringLiteral(", ")));
    }

    /// The node at the other end of an edge that carries the tensor; -1: none is drawn.
    int neighbour(const std::string &tensor, bool before) const
    {
        for (const int edge : before ? m_graph.incoming[m_index] : m_graph.outgoing[m_index]) {
            const GraphEdge &e = m_graph.edges[static_cast<size_t>(edge)];
            if (e.tensor == tensor)
                return before ? e.from : e.to;
        }
        return -1;
    }

    void addSubgraphs()
    {
        for (const SubgraphFacts &graph : m_facts.subgraphs) {
            m_html += section(Words::tr("Graph %1").arg(QString::fromStdString(graph.attribute)));
            m_html += line(Words::tr("%n operator(s)", nullptr, static_cast<int>(graph.nodes)) +
                           QStringLiteral(": ") +
                           operatorsText(graph.operators, QStringLiteral(", ")).toHtmlEscaped());
        }
    }

    const Model &m_model;
    const ModelGraph &m_graph;
    const size_t m_index;
    const GraphNode &m_node;
    const NodeFacts m_facts;
    QString m_html, m_constant;
    int64_t m_largest = 0;
};

} // namespace

QString operatorsText(const std::vector<std::string> &operators, const QString &separator)
{
    QStringList texts;
    for (size_t i = 0; i < operators.size();) {
        size_t end = i;
        while (end < operators.size() && operators[end] == operators[i])
            ++end;
        const QString op = QString::fromStdString(operators[i]);
        texts << (end - i == 1 ? op : QStringLiteral("%1 × %2").arg(QString::number(end - i), op));
        i = end;
        if (texts.size() == static_cast<int>(mostOperators) && i < operators.size()) {
            texts << QStringLiteral("…");
            break;
        }
    }
    return texts.join(separator);
}

NodeText nodeText(const Model &model, const GraphDocument &document, int node, const NodeNow *now)
{
    return Writer(model, document, node).run(now);
}

} // namespace lathe::ui
