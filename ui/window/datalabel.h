#pragma once
#include <QLabel>

namespace lathe::ui {

class Workbench;

/// What is measured on, in the status bar; follows the workbench by itself.
class DataLabel : public QLabel {
    Q_OBJECT
public:
    explicit DataLabel(const Workbench &workbench);

private:
    void refresh();

    const Workbench &m_workbench;
};

} // namespace lathe::ui
