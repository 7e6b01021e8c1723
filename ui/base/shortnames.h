#pragma once
// Names that fit where there is little room. Whoever shows one has the full name in a tooltip.
#include <QFontMetrics>
#include <QStringList>
#include <QVector>

namespace lathe::ui {

/// What tells the names apart, by meaning: what all of them begin and end with is left out (whole words
/// between / . _ and -, or parts of a sentence), and where one is still long, so are words that are said
/// again by the next one or by most of the names: squeezenet0_conv3_fwd is conv3 among its like. Two
/// different names never become the same, and no name becomes a bare number or nothing. @returns one for each
/// name, in their order; a single name stays as it is
QStringList shortNames(const QStringList &names);

/// What may stand for each of the names, the longest form first: its short name, the same with words that
/// most of them hold cut to their first letter (l1.0.conv2 of layer1.0.conv2), then without these where a
/// number tells them apart (1.0.conv2). No form of a name is one of a different name.
QVector<QStringList> nameForms(const QStringList &names);
/// @returns the longest form that fits, else the beginning and the end of the shortest. @param width in
/// pixels
QString fittingForm(const QStringList &forms, const QFontMetrics &metrics, int width);

/// @returns the name where it fits, else its beginning, an ellipsis and its end. @param width in pixels
QString elidedName(const QString &name, const QFontMetrics &metrics, int width);
/// The same for names that stand beside each other: all keep so much of their beginnings or ends that they
/// can be told apart, if the width allows it.
QStringList elidedNames(const QStringList &names, const QFontMetrics &metrics, int width);

} // namespace lathe::ui
