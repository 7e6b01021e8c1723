<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Message</name>
    <message>
        <source>its links lead in a circle</source>
        <translation>其链接循环</translation>
    </message>
    <message>
        <source>it is a folder; name a file</source>
        <translation>它是文件夹；请指定文件</translation>
    </message>
    <message>
        <source>it is an open file that has no name any more</source>
        <translation>它是已打开但不再有名称的文件</translation>
    </message>
    <message>
        <source>there is no folder {}</source>
        <translation>没有文件夹 {}</translation>
    </message>
    <message>
        <source>{} compressed</source>
        <translation>{}（压缩后）</translation>
    </message>
    <message>
        <source>en</source>
        <extracomment>The language of these texts, as HTML names it: en, zh-CN</extracomment>
        <translation>zh-CN</translation>
    </message>
    <message>
        <source>By Lathe, measured with {}.</source>
        <translation>由 Lathe 生成，测量使用 {}。</translation>
    </message>
    <message>
        <source>needs a text for &quot;{}&quot;</source>
        <translation>“{}”需要文本</translation>
    </message>
    <message>
        <source>{} {}.</source>
        <translation>{}：{}。</translation>
    </message>
    <message>
        <source>nests deeper than {} levels</source>
        <translation>嵌套超过 {} 层</translation>
    </message>
    <message>
        <source>is not valid JSON ({})</source>
        <translation>不是有效的 JSON（{}）</translation>
    </message>
    <message>
        <source>holds no JSON object</source>
        <translation>不含 JSON 对象</translation>
    </message>
    <message>
        <source>A subgraph is asked for that the model does not have.</source>
        <translation>请求的子图在模型中不存在。</translation>
    </message>
    <message>
        <source>its external data has no location</source>
        <translation>其外部数据没有位置</translation>
    </message>
    <message>
        <source>the location of its external data is no file name</source>
        <translation>其外部数据的位置不是文件名</translation>
    </message>
    <message>
        <source>its external data &quot;{}&quot; lies outside the model&apos;s folder, which is not allowed; put the file beside the model and name it without a path</source>
        <translation>其外部数据“{}”在模型的文件夹之外，这是不允许的；请将该文件放到模型旁边，并以不带路径的名称引用</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>幅值</translation>
    </message>
    <message>
        <source>The smallest go.</source>
        <translation>剪除最小的权重。</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>The smallest go, measured with the size of their inputs, row by row.</source>
        <translation>结合输入大小逐行衡量，剪除最小的权重。</translation>
    </message>
    <message>
        <source>OBS</source>
        <translation>OBS</translation>
    </message>
    <message>
        <source>Optimal Brain Surgeon: those go that change the layer&apos;s output least, and the others make up for them. Slower.</source>
        <translation>最优脑外科（Optimal Brain Surgeon）：剪除对该层输出影响最小的权重，并由其余权重补偿。较慢。</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Any go, the same at every run: what a criterion has to do better than.</source>
        <translation>随意剪除，每次运行都相同：一个准则应当做得比它更好。</translation>
    </message>
    <message>
        <source>Sizes by layer</source>
        <translation>各层大小</translation>
    </message>
    <message>
        <source>Two bars for each of {} layers, in the order of the graph: bytes before and after.</source>
        <translation>{} 个层按计算图的顺序排列，每层两个条形：压缩前后的字节数。</translation>
    </message>
    <message>
        <source>Histogram of the weights of {} from {} to {}, before and after.</source>
        <translation>{} 的权重直方图，范围 {} 至 {}，压缩前后对照。</translation>
    </message>
    <message>
        <source>{:.0f} % zeros, cut off</source>
        <translation>零占 {}%，已截断</translation>
    </message>
    <message>
        <source>{:+.2f} ± {:.2f} points</source>
        <translation>{} ± {} 个百分点</translation>
    </message>
    <message>
        <source>{:.2f} ± {:.2f} %</source>
        <translation>{} ± {}%</translation>
    </message>
    <message>
        <source>Size and accuracy</source>
        <translation>大小与准确率</translation>
    </message>
    <message>
        <source>{} models by the size of the file and by what is left of the accuracy; upright lines are 95 % intervals.</source>
        <translation>{} 个模型的文件大小与保留的准确率；竖线为 95% 区间。</translation>
    </message>
    <message>
        <source>A file in it has a name that is not allowed.</source>
        <translation>其中有文件的名称不被允许。</translation>
    </message>
    <message>
        <source>has a name &quot;{}&quot; that is none</source>
        <translation>有一个无效的名称“{}”</translation>
    </message>
    <message>
        <source>does not say &quot;{}&quot; where it must</source>
        <translation>在应当写明“{}”的地方没有写明</translation>
    </message>
    <message>
        <source>is longer than a file of its size unpacks to</source>
        <translation>比这样大小的文件能解出的内容还长</translation>
    </message>
    <message>
        <source>`{}` holds values of type {}, which NumPy&apos;s files do not have.</source>
        <translation>`{}` 的值是 {} 类型，NumPy 文件没有这种类型。</translation>
    </message>
    <message>
        <source>An .npz file cannot be made ({}).</source>
        <comment>read</comment>
        <translation>无法生成 .npz 文件（{}）。</translation>
    </message>
    <message>
        <source>Taylor</source>
        <translation>泰勒</translation>
    </message>
    <message>
        <source>Those go that, by its gradient, change the error of the answers least. One pass backwards through the model for each sample.</source>
        <translation>剪除按梯度看最不改变答案误差的权重。每个样本反向穿过模型一遍。</translation>
    </message>
    <message>
        <source>Taylor, second order</source>
        <translation>泰勒（二阶）</translation>
    </message>
    <message>
        <source>By the gradient of the answers&apos; error and its curvature. One pass backwards through the model for each sample.</source>
        <translation>按答案误差的梯度与曲率。每个样本反向穿过模型一遍。</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>By the curvature of the answers&apos; error alone, as the Fisher information tells it. One pass backwards through the model for each sample.</source>
        <translation>只按答案误差的曲率，由 Fisher 信息得出。每个样本反向穿过模型一遍。</translation>
    </message>
    <message>
        <source>Movement</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Those go that further training would move towards zero. One pass backwards through the model for each sample.</source>
        <translation>剪除继续训练会推向零的权重。每个样本反向穿过模型一遍。</translation>
    </message>
    <message>
        <source>{} has no layers whose inputs could be learned.</source>
        <translation>{} 没有可学习其输入的层。</translation>
    </message>
    <message>
        <source>There are {} labels for {} samples.</source>
        <translation>有 {} 个标签，却有 {} 个样本。</translation>
    </message>
    <message>
        <source>The label {} is none of the model&apos;s {} classes.</source>
        <translation>标签 {} 不属于模型的 {} 个类别。</translation>
    </message>
    <message>
        <source>The teacher gives {} values for a sample, the student {}.</source>
        <translation>教师模型对每个样本给出 {} 个值，学生模型给出 {} 个。</translation>
    </message>
    <message>
        <source>The teacher&apos;s features have another shape than the student&apos;s.</source>
        <translation>教师特征与学生特征的形状不同。</translation>
    </message>
    <message>
        <source>values of {}</source>
        <translation>{} 类型的值</translation>
    </message>
    <message>
        <source>is damaged: it does not say by number which channels went</source>
        <translation>已损坏：没有用编号说明去掉了哪些通道</translation>
    </message>
    <message>
        <source>L2 norm</source>
        <translation>L2 范数</translation>
    </message>
    <message>
        <source>Those with the smallest weights go, by the sum of their squares.</source>
        <translation>按权重平方和，去掉权重最小的通道。</translation>
    </message>
    <message>
        <source>L1 norm</source>
        <translation>L1 范数</translation>
    </message>
    <message>
        <source>Those with the smallest weights go, by the sum of their sizes.</source>
        <translation>按权重绝对值之和，去掉权重最小的通道。</translation>
    </message>
    <message>
        <source>Normalization scale</source>
        <translation>归一化缩放因子</translation>
    </message>
    <message>
        <source>Those go that the normalization behind them makes smallest; where there is none, by the L2 norm.</source>
        <translation>去掉其后归一化使之最小的通道；没有归一化时按 L2 范数。</translation>
    </message>
    <message>
        <source>Geometric median</source>
        <translation>几何中位数</translation>
    </message>
    <message>
        <source>Those go whose weights are nearest to all others&apos;: they can be replaced best.</source>
        <translation>去掉权重与其他所有通道最接近的通道：它们最容易被替代。</translation>
    </message>
    <message>
        <source>Mean activation</source>
        <translation>平均激活</translation>
    </message>
    <message>
        <source>Those go that are smallest on average on the calibration data.</source>
        <translation>去掉在校准数据上平均最小的通道。</translation>
    </message>
    <message>
        <source>Share of non-zeros</source>
        <translation>非零占比</translation>
    </message>
    <message>
        <source>Those go that are most often zero on the calibration data.</source>
        <translation>去掉在校准数据上最常为零的通道。</translation>
    </message>
    <message>
        <source>Output energy</source>
        <translation>输出能量</translation>
    </message>
    <message>
        <source>Those go that give the layers behind them least, measured on the calibration data.</source>
        <translation>去掉对后面各层贡献最小的通道，在校准数据上测量。</translation>
    </message>
    <message>
        <source>Second order</source>
        <translation>二阶</translation>
    </message>
    <message>
        <source>One after the other those go that the channels left can make up for best, on the calibration data. Slower.</source>
        <translation>逐个去掉其余通道在校准数据上最能弥补的通道。较慢。</translation>
    </message>
</context>
<context>
    <name>lathe::Message</name>
    <message>
        <source>reading images</source>
        <translation>正在读取图像</translation>
    </message>
    <message>
        <source>the recipe that is open</source>
        <translation>所打开的配方</translation>
    </message>
    <message>
        <source>the project that is open</source>
        <translation>所打开的项目</translation>
    </message>
    <message>
        <source>the half of {} that was not calibrated on</source>
        <translation>{}中未用于校准的一半</translation>
    </message>
    <message>
        <source>the half of {} that was not learned from</source>
        <translation>{}中未用于学习的一半</translation>
    </message>
    <message>
        <source>the project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>the model that is open</source>
        <translation>所打开的模型</translation>
    </message>
    <message>
        <source>the recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>analyzed layer {} of {}</source>
        <translation>已分析 {} / {} 层</translation>
    </message>
    <message>
        <source>A weight that holds NaN or infinity has no singular values.</source>
        <translation>含有 NaN 或 Inf 的权重没有奇异值。</translation>
    </message>
    <message>
        <source>The eigenvalues of a matrix did not converge.</source>
        <translation>矩阵的特征值未收敛。</translation>
    </message>
    <message>
        <source>A histogram needs a bin and a finite range, not {} bins from {} to {}.</source>
        <translation>直方图至少需要一个区间和有限的范围，而不是 {} 个区间、从 {} 到 {}。</translation>
    </message>
    <message>
        <source>{} columns do not divide into kernels of {} elements.</source>
        <translation>{} 列无法划分为每个 {} 个元素的卷积核。</translation>
    </message>
    <message>
        <source>{} cannot be packed: its external data &quot;{}&quot; has a name that cannot be restored everywhere. Save the model with its data inside first.</source>
        <translation>无法打包 {}：其外部数据“{}”的名称并非在所有系统上都能还原。请先将数据存入模型文件再保存模型。</translation>
    </message>
    <message>
        <source>coding constant {} of {}</source>
        <translation>正在编码常量 {} / {}</translation>
    </message>
    <message>
        <source>the source model itself</source>
        <translation>原模型本身</translation>
    </message>
    <message>
        <source>external data of the source model</source>
        <translation>原模型的外部数据文件</translation>
    </message>
    <message>
        <source>the archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>writing the archive</source>
        <translation>正在写入归档</translation>
    </message>
    <message>
        <source>The data ends early.</source>
        <translation>数据提前结束。</translation>
    </message>
    <message>
        <source>A number is too large.</source>
        <translation>有一个数过大。</translation>
    </message>
    <message>
        <source>The data goes on after its end.</source>
        <translation>数据在应结束之处之后仍有内容。</translation>
    </message>
    <message>
        <source>Its codes do not fill its bytes.</source>
        <translation>其编码未填满其字节。</translation>
    </message>
    <message>
        <source>Its table of code lengths is of an unknown kind.</source>
        <translation>其码长表的类型未知。</translation>
    </message>
    <message>
        <source>Something follows its end.</source>
        <translation>其末尾之后还有内容。</translation>
    </message>
    <message>
        <source>It holds no model.</source>
        <translation>其中没有模型。</translation>
    </message>
    <message>
        <source>Its directory does not agree with its hash.</source>
        <translation>其目录与其哈希值不符。</translation>
    </message>
    <message>
        <source>it is of format {} and was made by a newer Lathe; this one reads format {}</source>
        <translation>其格式为 {}，由更新版本的 Lathe 制成；此版本读取格式 {}</translation>
    </message>
    <message>
        <source>Its sections lie outside the model.</source>
        <translation>其分段超出模型。</translation>
    </message>
    <message>
        <source>Its sections do not add up to the model.</source>
        <translation>其分段合起来不是该模型。</translation>
    </message>
    <message>
        <source>Its section {} claims to be larger than it can be.</source>
        <translation>其分段 {} 声称的大小超过可能的大小。</translation>
    </message>
    <message>
        <source>Its section {} does not agree with its hash.</source>
        <translation>其分段 {} 与其哈希值不符。</translation>
    </message>
    <message>
        <source>{} is damaged or no archive that Lathe wrote. {}</source>
        <translation>{} 已损坏，或不是 Lathe 写入的归档。{}</translation>
    </message>
    <message>
        <source>{} is no archive made by &quot;lathe pack&quot;.</source>
        <translation>{} 不是由 lathe 的 pack 命令制成的归档。</translation>
    </message>
    <message>
        <source>{} cannot be unpacked: {}.</source>
        <translation>无法解包 {}：{}。</translation>
    </message>
    <message>
        <source>Its words have an unknown width.</source>
        <translation>其字的宽度未知。</translation>
    </message>
    <message>
        <source>Its codes have an unknown width.</source>
        <translation>其编码的宽度未知。</translation>
    </message>
    <message>
        <source>Its gaps end early.</source>
        <translation>其间隔提前结束。</translation>
    </message>
    <message>
        <source>Its gaps lead beyond its end.</source>
        <translation>其间隔超出末尾。</translation>
    </message>
    <message>
        <source>Its gaps and codes do not agree.</source>
        <translation>其间隔与编码不一致。</translation>
    </message>
    <message>
        <source>Its numbers have no width.</source>
        <translation>其数值没有宽度。</translation>
    </message>
    <message>
        <source>Its length is not the declared one.</source>
        <translation>其长度与声明的不符。</translation>
    </message>
    <message>
        <source>It is coded in an unknown way.</source>
        <translation>其编码方式未知。</translation>
    </message>
    <message>
        <source>A field has an unknown form.</source>
        <translation>有一个字段的形式未知。</translation>
    </message>
    <message>
        <source>What it unpacks to does not agree with its hash.</source>
        <translation>解包得到的内容与其哈希值不符。</translation>
    </message>
    <message>
        <source>unpacking</source>
        <translation>正在解包</translation>
    </message>
    <message>
        <source>Cannot write {}: another file of that name is there already. Unpack into another folder, because the model knows its data by this name.</source>
        <translation>无法写入 {}：已有另一个同名文件。请解包到其他文件夹，因为模型以此名称引用其数据。</translation>
    </message>
    <message>
        <source>Cannot make the folder {}: {}.</source>
        <translation>无法创建文件夹 {}：{}。</translation>
    </message>
    <message>
        <source>reading the archive</source>
        <translation>正在读取归档</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>the archive itself</source>
        <translation>归档本身</translation>
    </message>
    <message>
        <source>A file in it has the name of the model; unpack to another name.</source>
        <translation>其中有文件与模型同名；请以其他名称解包。</translation>
    </message>
    <message>
        <source>Its zstd data is wrong: {}.</source>
        <translation>其 zstd 数据有误：{}。</translation>
    </message>
    <message>
        <source>zstd failed: {}.</source>
        <translation>zstd 失败：{}。</translation>
    </message>
    <message>
        <source>another length than declared</source>
        <translation>长度与声明的不符</translation>
    </message>
    <message>
        <source>BLIS&apos;s kernels {} multiply matrices wrongly on this processor, so slower ones are taken.</source>
        <translation>BLIS 的 {} 内核在此处理器上的矩阵乘法结果有误，因此改用较慢的内核。</translation>
    </message>
    <message>
        <source>Not enough memory.</source>
        <translation>内存不足。</translation>
    </message>
    <message>
        <source>Cannot read {}: {}.</source>
        <translation>无法读取 {}：{}。</translation>
    </message>
    <message>
        <source>{} has been changed by another program since it was opened; open it again.</source>
        <translation>{} 打开之后已被其他程序更改；请重新打开。</translation>
    </message>
    <message>
        <source>Cannot read {}: it is not a regular file.</source>
        <translation>无法读取 {}：它不是普通文件。</translation>
    </message>
    <message>
        <source>Cannot read {} bytes from byte {} on of {}, which has only {}.</source>
        <translation>无法从 {2} 的第 {1} 字节起读取 {0} 字节，该文件只有 {3} 字节。</translation>
    </message>
    <message>
        <source>{}, {}</source>
        <translation>{}，{}</translation>
    </message>
    <message>
        <source>Cannot write {}: {}.</source>
        <translation>无法写入 {}：{}。</translation>
    </message>
    <message>
        <source>Cannot remove {}, which an earlier training left: {}.</source>
        <translation>无法删除以前的训练留下的 {}：{}。</translation>
    </message>
    <message>
        <source>it is a folder; name a file</source>
        <translation>它是文件夹；请指定文件</translation>
    </message>
    <message>
        <source>it is a device; name a regular file</source>
        <translation>它是设备；请指定普通文件</translation>
    </message>
    <message>
        <source>it is a pipe; name a regular file</source>
        <translation>它是管道；请指定普通文件</translation>
    </message>
    <message>
        <source>it is no regular file</source>
        <translation>它不是普通文件</translation>
    </message>
    <message>
        <source>{} is {}; give {} another name.</source>
        <translation>{} 是{}；请为{}另取名称。</translation>
    </message>
    <message>
        <source>{} would be both {} and {}; give one of them another name.</source>
        <translation>{} 将同时是{}和{}；请为其中之一另取名称。</translation>
    </message>
    <message>
        <source>{}: {}.</source>
        <translation>{}：{}。</translation>
    </message>
    <message>
        <source>The export of {} was interrupted while its files took their names, and cannot be completed: {}.</source>
        <translation>{} 的导出在其文件更名时中断，无法完成：{}。</translation>
    </message>
    <message>
        <source>Cannot write {}</source>
        <translation>无法写入 {}</translation>
    </message>
    <message>
        <source>The folder of temporary files (TMPDIR) is not there.</source>
        <translation>临时文件夹（TMPDIR）不存在。</translation>
    </message>
    <message>
        <source>Cannot make a folder in {}</source>
        <translation>无法在 {} 中创建文件夹</translation>
    </message>
    <message>
        <source>at least {}</source>
        <translation>至少 {}</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>完全一致</translation>
    </message>
    <message>
        <source>A normalization is looked for in another graph.</source>
        <translation>在另一个计算图中查找归一化。</translation>
    </message>
    <message>
        <source>measuring normalizations</source>
        <translation>正在测量归一化</translation>
    </message>
    <message>
        <source>what is normalized holds NaN or infinity</source>
        <translation>被归一化的值含有 NaN 或 Inf</translation>
    </message>
    <message>
        <source>There are no calibration samples.</source>
        <translation>没有校准样本。</translation>
    </message>
    <message>
        <source>The model takes {} inputs, but the calibration samples give {}.</source>
        <translation>模型有 {} 个输入，而校准样本给出 {} 个。</translation>
    </message>
    <message>
        <source>The model&apos;s input &quot;{}&quot; takes {} {}, but the calibration samples are {} {}.</source>
        <translation>模型的输入“{}”要求 {} {}，而校准样本为 {} {}。</translation>
    </message>
    <message>
        <source>the model does not run on several samples side by side</source>
        <translation>模型无法同时在多个并列的样本上运行</translation>
    </message>
    <message>
        <source>The input of `{}` is {}, which does not hold columns of {} values as its weight needs.</source>
        <translation>`{}` 的输入为 {}，不含其权重所需的每列 {} 个值的列。</translation>
    </message>
    <message>
        <source>calibrating {} layers, sample {} of {}</source>
        <translation>正在校准 {} 个层，样本 {} / {}</translation>
    </message>
    <message>
        <source>its input is made inside the layer</source>
        <translation>其输入在层内部产生</translation>
    </message>
    <message>
        <source>its sequences differ in length, so part of the input is never read</source>
        <translation>其序列长度不一，部分输入从不读取</translation>
    </message>
    <message>
        <source>it looks rows up and multiplies nothing</source>
        <translation>它只查表取行，不做乘法</translation>
    </message>
    <message>
        <source>its weight is a stack of matrices with inputs of their own</source>
        <translation>其权重是一叠各有输入的矩阵</translation>
    </message>
    <message>
        <source>it stands inside a subgraph (a loop or a branch)</source>
        <translation>它位于子图（循环或分支）中</translation>
    </message>
    <message>
        <source>The input of `{}` holds NaN or infinity on the calibration samples; check the data and its preprocessing.</source>
        <translation>`{}` 的输入在校准样本上含有 NaN 或 Inf；请检查数据及其预处理。</translation>
    </message>
    <message>
        <source>comparing outputs</source>
        <translation>正在比较输出</translation>
    </message>
    <message>
        <source>Comparing the outputs of {} takes about {:.1f} GB of memory, and {:.1f} GB are free; close other programs, or write the file without proof (--no-verify).</source>
        <translation>比较 {} 的输出约需 {} GB 内存，而可用内存为 {} GB；请关闭其他程序，或不经验证写入文件（--no-verify）。</translation>
    </message>
    <message>
        <source>comparing outputs, which takes about {:.1f} GB of memory</source>
        <translation>正在比较输出，约需 {} GB 内存</translation>
    </message>
    <message>
        <source>comparing stored weights</source>
        <translation>正在比较存储的权重</translation>
    </message>
    <message>
        <source>made from this model</source>
        <translation>由此模型制成</translation>
    </message>
    <message>
        <source>The file does not say which model it was made from.</source>
        <translation>文件未说明由哪个模型制成。</translation>
    </message>
    <message>
        <source>The file names the source&apos;s SHA-256, {}.</source>
        <translation>文件注明了来源的 SHA-256：{}。</translation>
    </message>
    <message>
        <source>The file was made from another model: it names the SHA-256 {}, and {} has {}.</source>
        <translation>文件由另一个模型制成：它注明的 SHA-256 为 {}，而 {} 的为 {}。</translation>
    </message>
    <message>
        <source>the given model</source>
        <translation>给定的模型</translation>
    </message>
    <message>
        <source>carries its recipe</source>
        <translation>带有配方</translation>
    </message>
    <message>
        <source>The file carries no recipe.</source>
        <translation>文件不带配方。</translation>
    </message>
    <message>
        <source>The recipe in the file is the one it was compared with.</source>
        <translation>文件中的配方就是与之比较的配方。</translation>
    </message>
    <message>
        <source>The recipe in the file is another one than it was to be compared with.</source>
        <translation>文件中的配方不是应与之比较的配方。</translation>
    </message>
    <message>
        <source>made with this calibration data</source>
        <translation>使用此校准数据制成</translation>
    </message>
    <message>
        <source>The file names the SHA-256 of {}.</source>
        <translation>文件注明了 {} 的 SHA-256。</translation>
    </message>
    <message>
        <source>The file was made with other statistics ({}) than it was compared with.</source>
        <translation>文件使用的统计量（{}）与比较时的不同。</translation>
    </message>
    <message>
        <source>not described</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>{} bytes; the original takes {}: {:.2f}x.</source>
        <translation>{} 字节；原文件为 {}：{}x。</translation>
    </message>
    <message>
        <source>its importer does not take this {} (&quot;{}&quot;)</source>
        <translation>其导入器不支持此 {}（“{}”）</translation>
    </message>
    <message>
        <source>it finds {} outputs</source>
        <translation>它找到 {} 个输出</translation>
    </message>
    <message>
        <source>OpenCV</source>
        <translation>OpenCV</translation>
    </message>
    <message>
        <source>the file</source>
        <translation>该文件</translation>
    </message>
    <message>
        <source>OpenCV, plain weights</source>
        <translation>OpenCV，普通权重</translation>
    </message>
    <message>
        <source>the same graph with plain weights</source>
        <translation>使用普通权重的同一计算图</translation>
    </message>
    <message>
        <source>the model has several outputs, whose order OpenCV does not keep</source>
        <translation>模型有多个输出，而 OpenCV 不保持其顺序</translation>
    </message>
    <message>
        <source>OpenCV takes and gives 32-bit floats only</source>
        <translation>OpenCV 只接受和给出 32 位浮点数</translation>
    </message>
    <message>
        <source>the model is too large for OpenCV, which copies it several times</source>
        <translation>模型对 OpenCV 来说太大，它会多次复制模型</translation>
    </message>
    <message>
        <source>OpenCV {} gives the same outputs for {}: largest relative difference {:.2g}.</source>
        <translation>OpenCV {} 对{}给出相同的输出：最大相对差 {}。</translation>
    </message>
    <message>
        <source>OpenCV cannot judge: it computes quantized values in integers of its own (relative difference {:.2g}).</source>
        <translation>OpenCV 无法判断：它用自己的整数方式计算量化值（相对差 {}）。</translation>
    </message>
    <message>
        <source>OpenCV cannot judge: it computes the original model otherwise than ONNX Runtime too (relative difference {:.2g}).</source>
        <translation>OpenCV 无法判定：它对原模型的计算也与 ONNX Runtime 不同（相对差 {}）。</translation>
    </message>
    <message>
        <source>OpenCV gives other outputs for {}: largest relative difference {:.2g}.</source>
        <translation>OpenCV 对{}给出不同的输出：最大相对差 {}。</translation>
    </message>
    <message>
        <source>OpenCV {} unpacks the weights of this file wrongly (relative difference {:.2g}); for use with it, store plain weights.</source>
        <translation>OpenCV {} 错误地解包该文件的权重（相对差 {}）；要与其一起使用，请存储普通权重。</translation>
    </message>
    <message>
        <source>{}.</source>
        <translation>{}。</translation>
    </message>
    <message>
        <source>OpenCV cannot load the file: {}.</source>
        <translation>OpenCV 无法加载该文件：{}。</translation>
    </message>
    <message>
        <source>{}, optimizations off</source>
        <translation>{}（关闭优化）</translation>
    </message>
    <message>
        <source>random operators</source>
        <translation>随机算子</translation>
    </message>
    <message>
        <source>{} got the same seeds in both models for the comparison.</source>
        <translation>比较时两个模型中的 {} 使用了相同的种子。</translation>
    </message>
    <message>
        <source>comparing outputs without optimizations</source>
        <translation>正在比较关闭优化时的输出</translation>
    </message>
    <message>
        <source>asking OpenCV</source>
        <translation>正在用 OpenCV 核对</translation>
    </message>
    <message>
        <source>Nothing could be compared: {}</source>
        <translation>无法比较：{}</translation>
    </message>
    <message>
        <source>equals the in-memory model</source>
        <translation>与内存中的模型一致</translation>
    </message>
    <message>
        <source>equals itself without optimizations</source>
        <translation>与关闭优化时一致</translation>
    </message>
    <message>
        <source>tensor by tensor</source>
        <translation>逐张量</translation>
    </message>
    <message>
        <source>The outputs of the layers could not be had: {}</source>
        <translation>无法取得各层输出：{}</translation>
    </message>
    <message>
        <source>The model gives other outputs each time it runs on the same inputs.</source>
        <translation>模型每次以相同输入运行都给出不同的输出。</translation>
    </message>
    <message>
        <source>The source itself cannot be run so: {}</source>
        <translation>原模型本身就无法这样运行：{}</translation>
    </message>
    <message>
        <source>The file could not be run: {}</source>
        <translation>文件无法运行：{}</translation>
    </message>
    <message>
        <source>loads in ONNX Runtime</source>
        <translation>可由 ONNX Runtime 加载</translation>
    </message>
    <message>
        <source>{} opens the file.</source>
        <translation>{} 可打开该文件。</translation>
    </message>
    <message>
        <source>The outputs of the file have other types or shapes than those of the model in memory.</source>
        <translation>文件输出的类型或形状与内存中的模型不同。</translation>
    </message>
    <message>
        <source>Largest relative difference of the outputs {:.2g}, allowed {:.2g}, on {}.</source>
        <translation>输出的最大相对差为 {}，允许 {}，测于 {}。</translation>
    </message>
    <message>
        <source>the first of {}</source>
        <translation>{}中的第一个</translation>
    </message>
    <message>
        <source>integer kernels</source>
        <translation>整数内核</translation>
    </message>
    <message>
        <source>Fused to integer kernels, as by default, the outputs move by {:.2g}: each of {} quantized values may move by one step.</source>
        <translation>按默认方式融合为整数内核时，输出变动 {}：{} 个量化值各可变动一级。</translation>
    </message>
    <message>
        <source>Fused to integer kernels, as by default, the outputs move by {:.2g}, more than one step of each of {} quantized values explains: this processor&apos;s kernels may saturate.</source>
        <translation>按默认方式融合为整数内核时，输出变动 {}，超过 {} 个量化值各变动一级所能解释的程度：此处理器的内核可能饱和。</translation>
    </message>
    <message>
        <source>There is nothing to compare with: {}</source>
        <translation>没有可比较的对象：{}</translation>
    </message>
    <message>
        <source>the preprocessing of the result</source>
        <translation>结果文件的预处理文件</translation>
    </message>
    <message>
        <source>the source model&apos;s own preprocessing</source>
        <translation>原模型自己的预处理文件</translation>
    </message>
    <message>
        <source>Cannot write {}: it is a link into another folder, and the model needs a data file beside it; name the file itself.</source>
        <translation>无法写入 {}：它是指向另一文件夹的链接，而模型需要在其旁边放数据文件；请指定文件本身。</translation>
    </message>
    <message>
        <source>the result</source>
        <translation>结果文件</translation>
    </message>
    <message>
        <source>the preprocessing that comes with the result</source>
        <translation>随结果文件写出的预处理文件</translation>
    </message>
    <message>
        <source>the data that come with the result</source>
        <translation>随结果文件写出的数据文件</translation>
    </message>
    <message>
        <source>{}, where data of the result may have to go, is {}; give the result another name.</source>
        <translation>{} 可能要存放结果文件的数据，但它是{}；请为结果文件另取名称。</translation>
    </message>
    <message>
        <source>writing {}</source>
        <translation>正在写入 {}</translation>
    </message>
    <message>
        <source>{} ({} to {})</source>
        <translation>{}（{} 至 {}）</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>Compressed model</source>
        <translation>压缩后的模型</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Source SHA-256</source>
        <translation>来源的 SHA-256</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>{} of {} (ratio {:.2f})</source>
        <translation>{}，原为 {}（压缩比 {}）</translation>
    </message>
    <message>
        <source>Multiply-accumulates</source>
        <translation>乘加次数</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{0}（共 {1}）</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>测量结果</translation>
    </message>
    <message>
        <source>On {}; preprocessing {}. Ranges are 95 % intervals.</source>
        <translation>样本：{}；预处理：{}。范围为 95% 置信区间。</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Top-5</source>
        <translation>Top-5</translation>
    </message>
    <message>
        <source>Top-1 difference (paired)</source>
        <translation>Top-1 差值（成对）</translation>
    </message>
    <message>
        <source>{:+.2f} ± {:.2f} points</source>
        <translation>{} ± {} 个百分点</translation>
    </message>
    <message>
        <source>Same answer as before</source>
        <translation>与之前答案相同</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>{} nats</source>
        <translation>{} 奈特</translation>
    </message>
    <message>
        <source>Signal to noise of the outputs</source>
        <translation>输出信噪比</translation>
    </message>
    <message>
        <source>All layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>存储形式</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>Theory</source>
        <translation>理论</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Huffman</source>
        <translation>霍夫曼</translation>
    </message>
    <message>
        <source>Shannon</source>
        <translation>香农</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>零的比例</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>Theory is what the content needs at fixed widths, Huffman what Huffman codes of its symbols and of the gaps between non-zeros take, Shannon the entropy of the same symbols. Error is the relative Frobenius norm of the change of the weight matrix; Output is the ratio of signal to noise of the layer&apos;s output on calibration data, in each channel against its own deviation.</source>
        <translation>“理论”是内容以固定宽度存储所需的大小，“霍夫曼”是对其符号及非零值之间的间隔进行霍夫曼编码后的大小，“香农”是同一组符号的熵。“误差”是权重矩阵改变量的相对 Frobenius 范数；“输出”是该层在校准数据上输出的信噪比，各通道相对于自身的标准差。</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Recipe: {}</source>
        <translation>配方：{}</translation>
    </message>
    <message>
        <source>SHA-256 of the file: {}; of the recipe: {}.</source>
        <translation>文件的 SHA-256：{}；配方的 SHA-256：{}。</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>Not asked for.</source>
        <translation>未要求。</translation>
    </message>
    <message>
        <source>The file was loaded afresh and compared with the model compressed in memory on {}.</source>
        <translation>文件已重新加载，并与内存中压缩的模型比较，所用数据：{}。</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{}：{}</translation>
    </message>
    <message>
        <source>Done otherwise than asked</source>
        <translation>与要求不同之处</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; of shape {} is too large to be made up.</source>
        <translation>输入“{}”的形状为 {}，太大而无法构造。</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; is a sequence, a map or an optional value, which cannot be made up.</source>
        <translation>输入“{}”是序列、映射或可选值，无法构造。</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; of type {} cannot be made up.</source>
        <translation>输入“{}”的类型为 {}，无法构造。</translation>
    </message>
    <message>
        <source>inputs of zeros</source>
        <translation>全零输入</translation>
    </message>
    <message>
        <source>inputs of ones</source>
        <translation>全一输入</translation>
    </message>
    <message>
        <source>{} random inputs, seed {}</source>
        <translation>{} 个随机输入，种子 {}</translation>
    </message>
    <message>
        <source>The model runs on no made-up input; give samples. {}</source>
        <translation>模型无法在任何构造的输入上运行；请提供样本。{}</translation>
    </message>
    <message>
        <source>{} is not found in the file in its type and shape</source>
        <translation>文件中找不到类型和形状相符的{}</translation>
    </message>
    <message>
        <source>{} differs from what its recipe gives (by {:.2g} of its largest value)</source>
        <translation>{}与配方给出的不同（相差最大值的 {}）</translation>
    </message>
    <message>
        <source>stored weights</source>
        <translation>存储的权重</translation>
    </message>
    <message>
        <source>In the file, {}.</source>
        <translation>文件中，{}。</translation>
    </message>
    <message>
        <source>No weight is compressed.</source>
        <translation>没有压缩任何权重。</translation>
    </message>
    <message>
        <source>{} of {} compressed constants unpack to exactly the values of the recipe.</source>
        <translation>{1} 个压缩常量中有 {0} 个解包后与配方的取值完全一致。</translation>
    </message>
    <message>
        <source>the value of {}</source>
        <translation>{} 的值</translation>
    </message>
    <message>
        <source>the weight of {}</source>
        <translation>{} 的权重</translation>
    </message>
    <message>
        <source>the bias of {}</source>
        <translation>{} 的偏置</translation>
    </message>
    <message>
        <source>The plain form has no &quot;{}&quot;.</source>
        <translation>普通形式中没有“{}”。</translation>
    </message>
    <message>
        <source>The stored weights could not be unpacked: {}</source>
        <translation>存储的权重无法解包：{}</translation>
    </message>
    <message>
        <source>The weights in the file are not those it was written with: their SHA-256 differs from the one it carries.</source>
        <translation>文件中的权重不是写入时的权重：其 SHA-256 与文件所带的不同。</translation>
    </message>
    <message>
        <source>Its trained values cannot be made again: the weights unpack to those the file was written with, SHA-256 {}.</source>
        <translation>其训练得到的值无法重新生成：权重解包后与写入时一致，SHA-256 为 {}。</translation>
    </message>
    <message>
        <source>Without the calibration data nothing was compressed again: the weights unpack to those the file was written with, SHA-256 {}.</source>
        <translation>没有校准数据，未重新压缩：权重解包后与写入时一致，SHA-256 为 {}。</translation>
    </message>
    <message>
        <source>The coded data ends early.</source>
        <translation>编码数据提前结束。</translation>
    </message>
    <message>
        <source>A code of {} bits is longer than allowed.</source>
        <translation>{} 位的编码超过允许的长度。</translation>
    </message>
    <message>
        <source>The code lengths are no prefix code.</source>
        <translation>码长不构成前缀码。</translation>
    </message>
    <message>
        <source>The code lengths leave codes unused.</source>
        <translation>码长留下了未使用的编码。</translation>
    </message>
    <message>
        <source>Symbol {} has no code.</source>
        <translation>符号 {} 没有编码。</translation>
    </message>
    <message>
        <source>The coded data holds a code that is not in its table.</source>
        <translation>编码数据中有编码不在其码表中。</translation>
    </message>
    <message>
        <source>The coded data goes on after its last symbol.</source>
        <translation>编码数据在最后一个符号之后仍有内容。</translation>
    </message>
    <message>
        <source>trying layer {} of {}</source>
        <translation>正在尝试第 {} / {} 层</translation>
    </message>
    <message>
        <source>{} has no layer with a constant weight, so there is nothing to compress.</source>
        <translation>{} 中没有带常量权重的层，因此没有可压缩的内容。</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No layer matches the pattern {}; `lathe inspect` lists the names of the layers.</source>
        <translation>没有层与模式 {} 匹配；lathe 的 inspect 命令可列出各层的名称。</translation>
    </message>
    <message>
        <source>No layer of {} matches the pattern {}; `lathe inspect` lists the names of the layers.</source>
        <translation>{} 中没有层与模式 {} 匹配；lathe 的 inspect 命令可列出各层的名称。</translation>
    </message>
    <message>
        <source>{} is skipped: {}.</source>
        <translation>已跳过 {}：{}。</translation>
    </message>
    <message>
        <source>{} shares its weight with {} and follows the settings of that layer.</source>
        <translation>{} 与 {} 共用权重，沿用该层的设置。</translation>
    </message>
    <message>
        <source>{} shares its weight with {}, so its settings hold for both.</source>
        <translation>{} 与 {} 共用权重，因此其设置对两者都有效。</translation>
    </message>
    <message>
        <source>compressing layer {} of {}</source>
        <translation>正在压缩第 {} / {} 层</translation>
    </message>
    <message>
        <source>Nothing is measured again behind {}: {}.</source>
        <translation>{} 之后没有重新测量：{}。</translation>
    </message>
    <message>
        <source>Normalizations keep their statistics: {}.</source>
        <translation>归一化保留原有的统计量：{}。</translation>
    </message>
    <message>
        <source>Nothing is folded into {}: {}.</source>
        <translation>{} 没有可折叠的内容：{}。</translation>
    </message>
    <message>
        <source>NaN</source>
        <translation>NaN</translation>
    </message>
    <message>
        <source>infinity</source>
        <translation>Inf</translation>
    </message>
    <message>
        <source>NaN or infinity</source>
        <translation>NaN 或 Inf</translation>
    </message>
    <message>
        <source>`{}` holds {} at 1 place; it cannot be compressed. Keep it as it is, or repair the model.</source>
        <translation>`{}` 有 1 处为 {}，无法压缩。请保持其不变，或修复模型。</translation>
    </message>
    <message>
        <source>`{}` holds {} at {} places; it cannot be compressed. Keep it as it is, or repair the model.</source>
        <translation>`{0}` 有 {2} 处为 {1}，无法压缩。请保持其不变，或修复模型。</translation>
    </message>
    <message>
        <source>`{}` ({}) goes by the layer&apos;s inputs and needs data: name a data set (--data, half of which calibrates, or --calibrate), or choose a setting that needs none.</source>
        <translation>`{}`（{}）要参考层的输入，需要数据：请指定数据集（--data，其中一半用于校准；或 --calibrate），或选择不需要数据的设置。</translation>
    </message>
    <message>
        <source>{} was trained with other settings, and its trained weights are left out.</source>
        <translation>{} 是以其他设置训练的，其训练得到的权重已略过。</translation>
    </message>
    <message>
        <source>{}: its bias is not corrected: no normalization says what its inputs are.</source>
        <translation>{}：偏置未校正：没有归一化说明其输入。</translation>
    </message>
    <message>
        <source>where the inputs of a factor are not known, it is pruned by magnitude and rounded to nearest</source>
        <translation>因子的输入未知时，按幅值剪枝并就近舍入</translation>
    </message>
    <message>
        <source>it is compressed by its weights alone: {}</source>
        <translation>仅按权重压缩：{}</translation>
    </message>
    <message>
        <source>its input covariance is singular and was damped by {:.3g} of its mean</source>
        <translation>其输入协方差矩阵奇异，已按均值的 {} 加阻尼</translation>
    </message>
    <message>
        <source>its weight has one singular value</source>
        <translation>其权重只有一个奇异值</translation>
    </message>
    <message>
        <source>no rank: {}</source>
        <translation>不设秩：{}</translation>
    </message>
    <message>
        <source>rank limited to {}</source>
        <translation>秩限制为 {}</translation>
    </message>
    <message>
        <source>no {}:{} pruning: its rows have {} weights</source>
        <translation>不做 {}:{} 剪枝：每行有 {} 个权重</translation>
    </message>
    <message>
        <source>not separable: {}</source>
        <translation>不可分离：{}</translation>
    </message>
    <message>
        <source>nothing folded: {}</source>
        <translation>未折叠：{}</translation>
    </message>
    <message>
        <source>nothing measured again: {}</source>
        <translation>未重新测量：{}</translation>
    </message>
    <message>
        <source>by its weights alone: {}</source>
        <translation>仅按权重：{}</translation>
    </message>
    <message>
        <source>no batch normalization takes what it gives before another layer does</source>
        <translation>没有批归一化在其他层之前接收其输出</translation>
    </message>
    <message>
        <source>the normalization behind it has no float32 statistics of its own</source>
        <translation>其后的归一化没有自己的 float32 统计量</translation>
    </message>
    <message>
        <source>{} is not made separable: {}.</source>
        <translation>{} 未改为可分离卷积：{}。</translation>
    </message>
    <message>
        <source>{} is pruned by its own threshold: a common one is for single weights in layers that are not taken apart.</source>
        <translation>{} 按自己的阈值剪枝：共同阈值只用于未分解的层中的单个权重。</translation>
    </message>
    <message>
        <source>{} is not factorized: {}.</source>
        <translation>{} 未分解：{}。</translation>
    </message>
    <message>
        <source>Rank {} is not below the full rank {} of {}; the layer is not factorized.</source>
        <translation>秩 {0} 不低于 {2} 的满秩 {1}；该层未分解。</translation>
    </message>
    <message>
        <source>Rank {} saves no weights in {}: its factors are smaller than one weight up to rank {}.</source>
        <translation>秩 {} 不能为 {} 节省权重：秩不超过 {} 时因子才比原权重小。</translation>
    </message>
    <message>
        <source>{} is not pruned: {}:{} needs rows of a multiple of {} weights, and its rows have {}.</source>
        <translation>{} 未剪枝：{}:{} 要求每行权重数为 {} 的倍数，而其每行有 {} 个。</translation>
    </message>
    <message>
        <source>it is no convolution over two dimensions</source>
        <translation>它不是二维卷积</translation>
    </message>
    <message>
        <source>it is a grouped convolution</source>
        <translation>它是分组卷积</translation>
    </message>
    <message>
        <source>its kernel is 1 x 1</source>
        <translation>其卷积核为 1×1</translation>
    </message>
    <message>
        <source>its constant holds several matrices</source>
        <translation>其常量包含多个矩阵</translation>
    </message>
    <message>
        <source>it is a depthwise convolution</source>
        <translation>它是深度卷积</translation>
    </message>
    <message>
        <source>it is a grouped transposed convolution</source>
        <translation>它是分组转置卷积</translation>
    </message>
    <message>
        <source>a recurrent layer takes its weight as one matrix</source>
        <translation>循环层只能把权重作为一个矩阵</translation>
    </message>
    <message>
        <source>The trained values do not belong to this model: `{}` {}.</source>
        <translation>训练得到的值不属于此模型：`{}` {}。</translation>
    </message>
    <message>
        <source>is not in its graph</source>
        <translation>不在其计算图中</translation>
    </message>
    <message>
        <source>is no plain constant</source>
        <translation>不是普通常量</translation>
    </message>
    <message>
        <source>is the weight of a layer</source>
        <translation>是某层的权重</translation>
    </message>
    <message>
        <source>is {} {}, not {} {}</source>
        <translation>为 {} {}，而不是 {} {}</translation>
    </message>
    <message>
        <source>has another shape</source>
        <translation>形状不同</translation>
    </message>
    <message>
        <source>The trained values are of {} layers, and the model has {}.</source>
        <translation>训练得到的值对应 {} 个层，而模型有 {} 个层。</translation>
    </message>
    <message>
        <source>{} has the shape {}; labels are one class index for each sample.</source>
        <translation>{}：形状为 {}；标签应为每个样本一个类别索引。</translation>
    </message>
    <message>
        <source>{} holds {} values; labels are whole numbers.</source>
        <translation>{}：含有 {} 值；标签应为整数。</translation>
    </message>
    <message>
        <source>{} holds {} labels for {} samples.</source>
        <translation>{}：含有 {} 个标签，而样本有 {} 个。</translation>
    </message>
    <message>
        <source>{} holds arrays, not images.</source>
        <translation>{} 含有的是数组，不是图像。</translation>
    </message>
    <message>
        <source>{}, array &quot;{}&quot;</source>
        <translation>{}，数组“{}”</translation>
    </message>
    <message>
        <source>names &quot;{}&quot;, which is neither a .npy nor a .npz file</source>
        <translation>指定了“{}”，它既不是 .npy 文件也不是 .npz 文件</translation>
    </message>
    <message>
        <source>has no file name for the input &quot;{}&quot;</source>
        <translation>没有输入“{}”的文件名</translation>
    </message>
    <message>
        <source>{}, array &quot;labels&quot;</source>
        <translation>{}，数组“labels”</translation>
    </message>
    <message>
        <source>names no array of inputs</source>
        <translation>没有指定输入的数组</translation>
    </message>
    <message>
        <source>leads to an array &quot;{}&quot; of shape {}, which holds no samples</source>
        <translation>指向形状为 {1} 的数组“{0}”，其中没有样本</translation>
    </message>
    <message>
        <source>leads to arrays with different numbers of samples: &quot;{}&quot; has {}, &quot;{}&quot; has {}</source>
        <translation>所指数组的样本数不同：“{}”有 {} 个，“{}”有 {} 个</translation>
    </message>
    <message>
        <source>{} holds {} {}; images are bytes [samples, height, width].</source>
        <translation>{} 含有 {} {}；图像应为字节 [样本, 高, 宽]。</translation>
    </message>
    <message>
        <source>a file of the data set</source>
        <translation>数据集的文件</translation>
    </message>
    <message>
        <source>{} is not a folder; give the folder of the data set.</source>
        <translation>{} 不是文件夹；请给出数据集的文件夹。</translation>
    </message>
    <message>
        <source>There is no data set {}; give its folder, or FOLDER:SPLIT for a part of it (#first or #second behind it for half of that).</source>
        <translation>没有数据集 {}；请给出其文件夹，或以 FOLDER:SPLIT 表示其中一部分（后面加 #first 或 #second 表示其一半）。</translation>
    </message>
    <message>
        <source>{} has no splits, so no &quot;{}&quot; either.</source>
        <translation>{} 没有划分，因此也没有“{}”。</translation>
    </message>
    <message>
        <source>{} has no split &quot;test&quot;; choose one: {}.</source>
        <translation>{} 没有“test”部分；请选择一个：{}。</translation>
    </message>
    <message>
        <source>{} has no split &quot;{}&quot;; it has: {}.</source>
        <translation>{} 没有“{}”部分；已有：{}。</translation>
    </message>
    <message>
        <source>needs a &quot;format&quot;: image_folder, image_list, idx or numpy</source>
        <translation>需要“format”：image_folder、image_list、idx 或 numpy</translation>
    </message>
    <message>
        <source>has &quot;splits&quot; that are no object</source>
        <translation>其“splits”不是对象</translation>
    </message>
    <message>
        <source>has a split &quot;{}&quot; that is no object</source>
        <translation>其“{}”部分不是对象</translation>
    </message>
    <message>
        <source>{} {}.</source>
        <translation>{}：{}。</translation>
    </message>
    <message>
        <source>holds the unknown key &quot;{}&quot;; its format knows: {}, classes, splits</source>
        <translation>含有未知的键“{}”；其格式支持：{}、classes、splits</translation>
    </message>
    <message>
        <source>{} has too few samples: its first half is empty.</source>
        <translation>{} 的样本太少：其前一半为空。</translation>
    </message>
    <message>
        <source>{} has too few samples: its second half is empty.</source>
        <translation>{} 的样本太少：其后一半为空。</translation>
    </message>
    <message>
        <source>{} (first half)</source>
        <translation>{}（前一半）</translation>
    </message>
    <message>
        <source>{} (second half)</source>
        <translation>{}（后一半）</translation>
    </message>
    <message>
        <source>{} ({}, first half)</source>
        <translation>{}（{}，前一半）</translation>
    </message>
    <message>
        <source>{} ({}, second half)</source>
        <translation>{}（{}，后一半）</translation>
    </message>
    <message>
        <source>has no key &quot;{}&quot;</source>
        <translation>没有键“{}”</translation>
    </message>
    <message>
        <source>needs a text for &quot;{}&quot;</source>
        <translation>“{}”需要文本</translation>
    </message>
    <message>
        <source>has &quot;classes&quot; that are neither a list of names nor a file</source>
        <translation>其“classes”既不是名称列表也不是文件</translation>
    </message>
    <message>
        <source>has a class whose name is no text</source>
        <translation>有类别的名称不是文本</translation>
    </message>
    <message>
        <source>{}: sample {} has a class index below 0 or beyond all bounds.</source>
        <translation>{}：样本 {} 的类别索引小于 0 或超出任何界限。</translation>
    </message>
    <message>
        <source>{}: sample {} has the class index {}, but there are {} classes (0 to {}).</source>
        <translation>{}：样本 {} 的类别索引为 {}，但只有 {} 个类别（0 到 {}）。</translation>
    </message>
    <message>
        <source>ends in the middle of its gzip data; the file is cut off</source>
        <translation>在 gzip 数据中间结束；文件被截断</translation>
    </message>
    <message>
        <source>holds damaged gzip data ({})</source>
        <translation>含有损坏的 gzip 数据（{}）</translation>
    </message>
    <message>
        <source>is no IDX file: its first four bytes are not those of the format</source>
        <translation>不是 IDX 文件：其前四个字节不符合该格式</translation>
    </message>
    <message>
        <source>ends inside its header</source>
        <translation>在文件头中间结束</translation>
    </message>
    <message>
        <source>announces {} values but is far too small to hold them</source>
        <translation>声明有 {} 个值，但文件太小，远不足以容纳</translation>
    </message>
    <message>
        <source>{} holds more than {} GB, too much to keep in memory.</source>
        <translation>{}：超过 {} GB，太大而无法放入内存。</translation>
    </message>
    <message>
        <source>announces {} values but ends after {} of {} bytes</source>
        <translation>声明有 {0} 个值，但在 {2} 字节中的第 {1} 字节后结束</translation>
    </message>
    <message>
        <source>announces {} values but holds more than that</source>
        <translation>声明有 {} 个值，但实际更多</translation>
    </message>
    <message>
        <source>is none of PNG, JPEG, BMP, PNM, WebP and TIFF</source>
        <translation>不是 PNG、JPEG、BMP、PNM、WebP 或 TIFF</translation>
    </message>
    <message>
        <source>is larger than 2 GB</source>
        <translation>超过 2 GB</translation>
    </message>
    <message>
        <source>cannot be decoded as an image ({})</source>
        <translation>无法解码为图像（{}）</translation>
    </message>
    <message>
        <source>cannot be decoded as an image; remove it from the data set or repair it</source>
        <translation>无法解码为图像；请将其从数据集中移除或修复</translation>
    </message>
    <message>
        <source>announces an image of {} x {} pixels</source>
        <translation>声明图像为 {}×{} 像素</translation>
    </message>
    <message>
        <source>announces an image of {} x {} pixels; up to {} million can be read</source>
        <translation>声明图像为 {}×{} 像素；最多可读取 {} 百万像素</translation>
    </message>
    <message>
        <source>announces an image of {} x {} pixels, which its {} bytes cannot hold</source>
        <translation>声明图像为 {}×{} 像素，其 {} 字节无法容纳</translation>
    </message>
    <message>
        <source>{} holds no images, neither itself nor in class folders.</source>
        <translation>{} 中没有图像，其本身和类别文件夹中都没有。</translation>
    </message>
    <message>
        <source>The folder {} is not among the classes of dataset.json.</source>
        <translation>文件夹 {} 不在 dataset.json 的类别之中。</translation>
    </message>
    <message>
        <source>{} has no folder for the class &quot;{}&quot;.</source>
        <translation>{} 没有类别“{}”的文件夹。</translation>
    </message>
    <message>
        <source>{}, line {}: &quot;{}&quot; is not of the form `path class-index`.</source>
        <translation>{} 第 {} 行：“{}”不符合“路径 类别索引”的形式。</translation>
    </message>
    <message>
        <source>{} lists {}, which is not there.</source>
        <translation>{} 列出了 {}，但它不存在。</translation>
    </message>
    <message>
        <source>{} of the {} images that {} lists are not there, the first is {}.</source>
        <translation>{2} 列出的 {1} 幅图像中有 {0} 幅不存在，第一幅是 {3}。</translation>
    </message>
    <message>
        <source>names the folder {}, which is not there</source>
        <translation>指定了文件夹 {}，但它不存在</translation>
    </message>
    <message>
        <source>{} lists no images.</source>
        <translation>{} 没有列出图像。</translation>
    </message>
    <message>
        <source>it has more than {} scans</source>
        <translation>其扫描超过 {} 次</translation>
    </message>
    <message>
        <source>cannot be decoded as a JPEG image ({})</source>
        <translation>无法解码为 JPEG 图像（{}）</translation>
    </message>
    <message>
        <source>is a JPEG image of {} components</source>
        <translation>是有 {} 个分量的 JPEG 图像</translation>
    </message>
    <message>
        <source>is cut off: the end of the image is missing</source>
        <translation>被截断：缺少图像的末尾</translation>
    </message>
    <message>
        <source>Cannot read {}: there is no such file.</source>
        <translation>无法读取 {}：没有这个文件。</translation>
    </message>
    <message>
        <source>{} is no .npz file ({}).</source>
        <translation>{} 不是 .npz 文件（{}）。</translation>
    </message>
    <message>
        <source>is damaged ({})</source>
        <translation>已损坏（{}）</translation>
    </message>
    <message>
        <source>cannot be unpacked ({})</source>
        <translation>无法解包（{}）</translation>
    </message>
    <message>
        <source>announces {} values of {} bytes, more than a file of its size unpacks to</source>
        <translation>声明有 {} 个各 {} 字节的值，超过这种大小的文件解包后的内容</translation>
    </message>
    <message>
        <source>announces {} values of {} bytes but holds {} bytes</source>
        <translation>声明有 {} 个各 {} 字节的值，但实际为 {} 字节</translation>
    </message>
    <message>
        <source>announces {} values of {} bytes but holds more than that</source>
        <translation>声明有 {} 个各 {} 字节的值，但实际更多</translation>
    </message>
    <message>
        <source>holds no array</source>
        <translation>不含数组</translation>
    </message>
    <message>
        <source>holds no array &quot;{}&quot;; it has &quot;{}&quot;</source>
        <translation>不含数组“{}”；已有“{}”</translation>
    </message>
    <message>
        <source>{} holds values of type &quot;{}&quot;; little-endian integers, floats and bool can be read.</source>
        <translation>{}：含有类型为“{}”的值；可读取小端整数、浮点数和布尔值。</translation>
    </message>
    <message>
        <source>has a header that is not NumPy&apos;s</source>
        <translation>其文件头不符合 NumPy 格式</translation>
    </message>
    <message>
        <source>announces more than {} dimensions</source>
        <translation>声明的维数超过 {}</translation>
    </message>
    <message>
        <source>announces {} values, more than there can be</source>
        <translation>声明有 {} 个值，超过可能的数量</translation>
    </message>
    <message>
        <source>is no .npy array: its first bytes are not those of the format</source>
        <translation>不是 .npy 数组：其起始字节不符合该格式</translation>
    </message>
    <message>
        <source>announces a header of {} bytes, longer than any of NumPy&apos;s</source>
        <translation>声明文件头为 {} 字节，超过 NumPy 的任何文件头</translation>
    </message>
    <message>
        <source>{} holds records or objects; plain numbers can be read.</source>
        <translation>{}：含有记录或对象；只能读取普通数值。</translation>
    </message>
    <message>
        <source>the file is cut off</source>
        <translation>文件被截断</translation>
    </message>
    <message>
        <source>cannot be decoded as a PNG image ({})</source>
        <translation>无法解码为 PNG 图像（{}）</translation>
    </message>
    <message>
        <source>cannot be decoded as a PNG image of 8 bits</source>
        <translation>无法解码为 8 位的 PNG 图像</translation>
    </message>
    <message>
        <source>The preprocessing</source>
        <translation>预处理</translation>
    </message>
    <message>
        <source>The preprocessing &quot;{}&quot;</source>
        <translation>预处理“{}”</translation>
    </message>
    <message>
        <source>{} makes {} of an image, but the input &quot;{}&quot; takes {} (the first dimension counts samples); change size, channel_order or layout.</source>
        <translation>{}由图像得到 {}，而输入“{}”要求 {}（第一维为样本数）；请修改 size、channel_order 或 layout。</translation>
    </message>
    <message>
        <source>There is no preprocessing &quot;{}&quot;; give a file or one of: {}.</source>
        <translation>没有预处理“{}”；请给出文件或以下之一：{}。</translation>
    </message>
    <message>
        <source>An image becomes {}, which is not the {} values of the samples before it; resize or crop all images to one size.</source>
        <translation>有图像变为 {}，与之前样本的 {} 个值不符；请将所有图像缩放或裁剪到同一尺寸。</translation>
    </message>
    <message>
        <source>An image becomes {} x {} pixels, more than the {} x {} of its &quot;pad_size&quot;.</source>
        <translation>有图像变为 {}×{} 像素，大于其“pad_size”的 {}×{}。</translation>
    </message>
    <message>
        <source>needs true or false for &quot;{}&quot;</source>
        <translation>“{}”需要 true 或 false</translation>
    </message>
    <message>
        <source>needs a number for &quot;{}&quot;</source>
        <translation>“{}”需要数字</translation>
    </message>
    <message>
        <source>normalizes but has no &quot;{}&quot;</source>
        <translation>要求归一化，但没有“{}”</translation>
    </message>
    <message>
        <source>needs numbers for &quot;{}&quot;</source>
        <translation>“{}”需要多个数字</translation>
    </message>
    <message>
        <source>has {} for &quot;{}&quot;; it takes {}</source>
        <translation>“{1}”的值为 {0}；其取值应为 {2}</translation>
    </message>
    <message>
        <source>needs whole numbers of pixels from 1 to {} for &quot;{}&quot;</source>
        <translation>“{1}”需要 1 到 {0} 的整数像素数</translation>
    </message>
    <message>
        <source>has one number for &quot;size&quot;, which may mean two things with &quot;{}&quot;; write {{&quot;shortest_edge&quot;: N}} or {{&quot;height&quot;: N, &quot;width&quot;: N}}</source>
        <translation>“size”只有一个数，与“{}”一起可能有两种含义；请写为 {{&quot;shortest_edge&quot;: N}} 或 {{&quot;height&quot;: N, &quot;width&quot;: N}}</translation>
    </message>
    <message>
        <source>resizes but has no &quot;size&quot;</source>
        <translation>要求缩放，但没有“size”</translation>
    </message>
    <message>
        <source>has &quot;size&quot; with &quot;{}&quot;; it takes height and width, or shortest_edge and longest_edge</source>
        <translation>“size”中含有“{}”；它只接受 height 和 width，或 shortest_edge 和 longest_edge</translation>
    </message>
    <message>
        <source>has a &quot;size&quot; whose longest_edge is not above its shortest_edge</source>
        <translation>其“size”的 longest_edge 不大于 shortest_edge</translation>
    </message>
    <message>
        <source>has {} for &quot;resample&quot;; it takes 0 to 5, Pillow&apos;s numbers of nearest, lanczos, bilinear, bicubic, box and hamming</source>
        <translation>“resample”的值为 {}；其取值为 0 到 5，即 Pillow 中 nearest、lanczos、bilinear、bicubic、box 和 hamming 的编号</translation>
    </message>
    <message>
        <source>crops but has no &quot;crop_size&quot;</source>
        <translation>要求裁剪，但没有“crop_size”</translation>
    </message>
    <message>
        <source>needs a number, or height and width, as whole numbers of pixels for &quot;crop_size.height&quot; and &quot;crop_size.width&quot;</source>
        <translation>“crop_size.height”和“crop_size.width”需要一个数，或 height 和 width，均为整数像素数</translation>
    </message>
    <message>
        <source>needs a share above 0 and up to 1 for &quot;crop_pct&quot;</source>
        <translation>“crop_pct”需要大于 0 且不超过 1 的比例</translation>
    </message>
    <message>
        <source>has the key &quot;crop_pct&quot;, which &quot;{}&quot; does not know</source>
        <translation>含有键“crop_pct”，而“{}”不支持它</translation>
    </message>
    <message>
        <source>has the key &quot;crop_pct&quot;, but no &quot;size&quot; of one shortest_edge</source>
        <translation>含有键“crop_pct”，但没有只含 shortest_edge 的“size”</translation>
    </message>
    <message>
        <source>pads (&quot;do_pad&quot;), but neither &quot;pad_size&quot; nor &quot;size&quot; gives height and width</source>
        <translation>要求填充（“do_pad”），但“pad_size”和“size”都没有给出 height 和 width</translation>
    </message>
    <message>
        <source>has the key &quot;do_flip_channel_order&quot; beside channel_order or do_normalize; write &quot;channel_order&quot;: &quot;bgr&quot; and the means in that order instead</source>
        <translation>除 channel_order 或 do_normalize 外还含有键“do_flip_channel_order”；请改写为 &quot;channel_order&quot;: &quot;bgr&quot;，并按此顺序给出均值</translation>
    </message>
    <message>
        <source>has {} numbers for &quot;{}&quot; with 1 channel</source>
        <translation>“{1}”有 {0} 个数，而通道只有 1 个</translation>
    </message>
    <message>
        <source>has {} numbers for &quot;{}&quot; with {} channels</source>
        <translation>“{1}”有 {0} 个数，而通道有 {2} 个</translation>
    </message>
    <message>
        <source>has a zero in &quot;image_std&quot;, by which values are divided</source>
        <translation>其“image_std”中有零，而各值要除以它</translation>
    </message>
    <message>
        <source>has the key &quot;include_top&quot;, which belongs to EfficientNet alone</source>
        <translation>含有键“include_top”，而它只属于 EfficientNet</translation>
    </message>
    <message>
        <source>has the key &quot;{}&quot;, which is not understood; take it out if it does not change the pixels, else make the images ready beforehand</source>
        <translation>含有无法识别的键“{}”；若它不改变像素，请将其去掉，否则请事先处理好图像</translation>
    </message>
    <message>
        <source>crops before it resizes (&quot;image_processor_type&quot; Perceiver), which cannot be followed; make the images ready beforehand</source>
        <translation>先裁剪后缩放（“image_processor_type”为 Perceiver），无法照做；请事先处理好图像</translation>
    </message>
    <message>
        <source>{} samples of {} take {:.1f} GB in memory; {} samples fit, so take a limit of at most that.</source>
        <translation>{1} 的 {0} 个样本需占 {2} GB 内存；最多可容纳 {3} 个样本，请将上限设为不超过此数。</translation>
    </message>
    <message>
        <source>The preprocessing makes {} of an image, {} values, but the input &quot;{}&quot; takes {}, {} values; change size or channel_order.</source>
        <translation>预处理由图像得到 {}，共 {} 个值，而输入“{}”要求 {}，共 {} 个值；请修改 size 或 channel_order。</translation>
    </message>
    <message>
        <source>{} holds images, but {}; give the inputs as NumPy arrays instead.</source>
        <translation>{} 含有的是图像，但{}；请改以 NumPy 数组给出输入。</translation>
    </message>
    <message>
        <source>the model takes {} inputs</source>
        <translation>模型有 {} 个输入</translation>
    </message>
    <message>
        <source>the model&apos;s input &quot;{}&quot; takes {}</source>
        <translation>模型的输入“{}”要求 {}</translation>
    </message>
    <message>
        <source>the model&apos;s input &quot;{}&quot; takes {}, not images</source>
        <translation>模型的输入“{}”要求 {}，而不是图像</translation>
    </message>
    <message>
        <source>preparing sample {} of {}</source>
        <translation>正在准备样本 {} / {}</translation>
    </message>
    <message>
        <source>The array for input &quot;{}&quot; holds {}, which the input&apos;s type cannot.</source>
        <translation>输入“{}”的数组含有 {}，该输入的类型无法表示。</translation>
    </message>
    <message>
        <source>The array for input &quot;{}&quot; holds {} values, but the input takes {}.</source>
        <translation>输入“{}”的数组含有 {} 值，而该输入要求 {}。</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; takes {}, which no array can give.</source>
        <translation>输入“{}”要求 {}，没有数组能够给出。</translation>
    </message>
    <message>
        <source>{} has no array for the model&apos;s input &quot;{}&quot;; it has {}.</source>
        <translation>{} 没有对应模型输入“{}”的数组；已有 {}。</translation>
    </message>
    <message>
        <source>{} gives {} for each sample, but the input &quot;{}&quot; takes {} (the first dimension counts samples).</source>
        <translation>{} 每个样本给出 {}，而输入“{}”要求 {}（第一维为样本数）。</translation>
    </message>
    <message>
        <source>{} of {} has the class index {}, but the model tells {} classes apart (0 to {}).</source>
        <translation>{1} 的 {0} 的类别索引为 {2}，但模型只区分 {3} 个类别（0 到 {4}）。</translation>
    </message>
    <message>
        <source>{}, flattened to {}</source>
        <translation>{}，展平为 {}</translation>
    </message>
    <message>
        <source>{} samples</source>
        <translation>{} 个样本</translation>
    </message>
    <message>
        <source>{} samples of {}</source>
        <translation>{1} 的 {0} 个样本</translation>
    </message>
    <message>
        <source>Samples are chosen that the set of {} does not have.</source>
        <translation>选择的样本超出了 {} 个样本的集合。</translation>
    </message>
    <message>
        <source>There are {} samples, not {} from number {} on.</source>
        <translation>共有 {0} 个样本，从第 {2} 个起不足 {1} 个。</translation>
    </message>
    <message>
        <source>its outputs are not its rows</source>
        <translation>其输出与行不对应</translation>
    </message>
    <message>
        <source>its bias is computed, and operators of this opset cannot add to it</source>
        <translation>其偏置由计算得出，此 opset 的算子无法与之相加</translation>
    </message>
    <message>
        <source>Add spreads a constant over rows from opset 7 on only</source>
        <translation>Add 自 opset 7 起才能把常量扩展到各行</translation>
    </message>
    <message>
        <source>the shape of its output is not known</source>
        <translation>其输出形状未知</translation>
    </message>
    <message>
        <source>The model carries no recipe: it was not exported by Lathe. Name the recipe it was made by.</source>
        <translation>模型不带配方：它不是由 Lathe 导出的。请指定制成它的配方。</translation>
    </message>
    <message>
        <source>A layer without such a form is to run as several nodes.</source>
        <translation>要求没有这种形式的层作为多个节点运行。</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>普通值</translation>
    </message>
    <message>
        <source>4-bit QDQ needs opset {}, and this model of opset {} cannot be raised to it: {}. Its weights are stored compactly instead.</source>
        <translation>4 位 QDQ 需要 opset {}，而此模型为 opset {}，无法提升：{}。其权重改以紧凑形式存储。</translation>
    </message>
    <message>
        <source>A compressed form of another model is to be exported.</source>
        <translation>要求导出的是另一个模型的压缩形式。</translation>
    </message>
    <message>
        <source>encoding weights</source>
        <translation>正在编码权重</translation>
    </message>
    <message>
        <source>building the graph</source>
        <translation>正在构建计算图</translation>
    </message>
    <message>
        <source>checking the graph</source>
        <translation>正在检查计算图</translation>
    </message>
    <message>
        <source>its operator BatchNormalization ({}) is in training mode</source>
        <translation>其算子 BatchNormalization（{}）处于训练模式</translation>
    </message>
    <message>
        <source>it is not known whether its operator {} ({}) means the same there</source>
        <translation>不知道其算子 {}（{}）在那里的含义是否相同</translation>
    </message>
    <message>
        <source>its operator {} ({}) is no longer part of the standard</source>
        <translation>其算子 {}（{}）已不属于标准</translation>
    </message>
    <message>
        <source>its operator {} ({}) changed its meaning or form in opset {}</source>
        <translation>其算子 {}（{}）在 opset {} 中改变了含义或形式</translation>
    </message>
    <message>
        <source>it has functions of its own</source>
        <translation>它有自己的函数</translation>
    </message>
    <message>
        <source>factors ({}), multiplied on loading</source>
        <translation>因子（{}），加载时相乘</translation>
    </message>
    <message>
        <source>factors ({}) + {}, multiplied on loading</source>
        <translation>因子（{}） + {}，加载时相乘</translation>
    </message>
    <message>
        <source>A constant of another model is to be exported.</source>
        <translation>要求导出的是另一个模型的常量。</translation>
    </message>
    <message>
        <source>8-bit QDQ</source>
        <translation>8 位 QDQ</translation>
    </message>
    <message>
        <source>4-bit QDQ</source>
        <translation>4 位 QDQ</translation>
    </message>
    <message>
        <source>sparse initializer</source>
        <translation>稀疏初始化张量</translation>
    </message>
    <message>
        <source>its constant &quot;{}&quot; was also an input that could be fed, and is none any more</source>
        <translation>其常量“{}”原来也是可以输入的，现在不再是输入</translation>
    </message>
    <message>
        <source>it has no exact form as {} and is stored compactly instead: {}</source>
        <translation>没有精确的 {} 形式，改为紧凑存储：{}</translation>
    </message>
    <message>
        <source>its constant is not one matrix</source>
        <translation>其常量不是单个矩阵</translation>
    </message>
    <message>
        <source>something else reads its constant too</source>
        <translation>还有别处也读取其常量</translation>
    </message>
    <message>
        <source>factors ({})</source>
        <translation>因子（{}）</translation>
    </message>
    <message>
        <source>its factors and what they leave over are added up when the model is loaded, for it cannot run as several layers: a smaller file, the same compute</source>
        <translation>无法作为多个层运行，其因子与残差在加载模型时相加：文件变小，计算量不变</translation>
    </message>
    <message>
        <source>its factors are multiplied when the model is loaded, for it cannot run as several layers: a smaller file, the same compute</source>
        <translation>无法作为多个层运行，其因子在加载模型时相乘：文件变小，计算量不变</translation>
    </message>
    <message>
        <source>it cannot run as several layers, and its factors would take more room than their product, which is stored</source>
        <translation>无法作为多个层运行，且因子比它们的乘积更占空间，因此存储乘积</translation>
    </message>
    <message>
        <source>its values are stored as plain {}: operators that unpack codes and masks came with opset {}, and the model is of opset {}</source>
        <translation>取值存为普通 {}：解包编码和掩码的算子自 opset {} 起才有，而模型为 opset {}</translation>
    </message>
    <message>
        <source>ONNX Runtime rounds its inputs to 8 bits, unless its session option session.qdq_matmulnbits_accuracy_level is 1, as it is here</source>
        <translation>ONNX Runtime 会将其输入舍入到 8 位，除非会话选项 session.qdq_matmulnbits_accuracy_level 为 1（此处即如此）</translation>
    </message>
    <message>
        <source>its bias is not corrected: {}</source>
        <translation>偏置未校正：{}</translation>
    </message>
    <message>
        <source>The sparse tensor &quot;{}&quot; has not one index for each value.</source>
        <translation>稀疏张量“{}”的索引与值不是一一对应。</translation>
    </message>
    <message>
        <source>The sparse tensor &quot;{}&quot; has a value outside its shape.</source>
        <translation>稀疏张量“{}”有值超出其形状。</translation>
    </message>
    <message>
        <source>graphviz could not lay out the graph.</source>
        <translation>graphviz 无法布局计算图。</translation>
    </message>
    <message>
        <source>laying out the graph</source>
        <translation>正在布局计算图</translation>
    </message>
    <message>
        <source>reading the graph</source>
        <translation>正在读取计算图</translation>
    </message>
    <message>
        <source>ordering the graph</source>
        <translation>正在排列计算图</translation>
    </message>
    <message>
        <source>connecting the graph</source>
        <translation>正在连接计算图</translation>
    </message>
    <message>
        <source>The first output &quot;{}&quot; holds no numbers, so it cannot be measured.</source>
        <translation>第一个输出“{}”不含数值，因此无法测量。</translation>
    </message>
    <message>
        <source>The first output &quot;{}&quot; is {} for {} samples; its first dimension must count the samples.</source>
        <translation>第一个输出“{0}”对 {2} 个样本给出 {1}；其第一维必须为样本数。</translation>
    </message>
    <message>
        <source>running sample {} of {}</source>
        <translation>正在运行样本 {} / {}</translation>
    </message>
    <message>
        <source>The first output &quot;{}&quot; changes its shape between samples (now {}), so samples cannot be compared.</source>
        <translation>第一个输出“{}”的形状随样本变化（现为 {}），因此无法比较样本。</translation>
    </message>
    <message>
        <source>There are no samples to run.</source>
        <translation>没有可运行的样本。</translation>
    </message>
    <message>
        <source>Sample {} is asked for, but there are {}.</source>
        <translation>请求样本 {}，但只有 {} 个。</translation>
    </message>
    <message>
        <source>The model has no outputs.</source>
        <translation>模型没有输出。</translation>
    </message>
    <message>
        <source>Latency needs at least one sample and one repeat.</source>
        <translation>测量延迟至少需要一个样本和一次重复。</translation>
    </message>
    <message>
        <source>There are {} labels for {} samples.</source>
        <translation>有 {} 个标签，而样本有 {} 个。</translation>
    </message>
    <message>
        <source>The outputs have different shapes: {} x {} and {} x {}.</source>
        <translation>输出的形状不同：{}×{} 与 {}×{}。</translation>
    </message>
    <message>
        <source>It takes {} inputs, the open model takes {}.</source>
        <translation>它有 {} 个输入，所打开的模型有 {} 个。</translation>
    </message>
    <message>
        <source>Its input {} is &quot;{}&quot;, that of the open model &quot;{}&quot;.</source>
        <translation>其输入 {} 为“{}”，所打开模型的为“{}”。</translation>
    </message>
    <message>
        <source>Its input &quot;{}&quot; takes {}, that of the open model {}.</source>
        <translation>其输入“{}”要求 {}，所打开模型的要求 {}。</translation>
    </message>
    <message>
        <source>It has no output.</source>
        <translation>它没有输出。</translation>
    </message>
    <message>
        <source>Its output &quot;{}&quot; gives {}, that of the open model {}.</source>
        <translation>其输出“{}”给出 {}，所打开模型的给出 {}。</translation>
    </message>
    <message>
        <source>baseline measured</source>
        <translation>基线已测量</translation>
    </message>
    <message>
        <source>The baseline was measured on {} samples, not on these {}.</source>
        <translation>基线测于 {} 个样本，而不是这 {} 个。</translation>
    </message>
    <message>
        <source>The variant gives {} values for each sample, the baseline {}.</source>
        <translation>变体对每个样本给出 {} 个值，基线给出 {} 个。</translation>
    </message>
    <message>
        <source>{} takes 1 to {}, not {}.</source>
        <translation>{}的取值为 1 到 {}，不能是 {}。</translation>
    </message>
    <message>
        <source>The layer&apos;s input statistics hold NaN or infinity: check the calibration data.</source>
        <translation>该层的输入统计量含有 NaN 或 Inf：请检查校准数据。</translation>
    </message>
    <message>
        <source>The layer&apos;s input covariance has no Cholesky factor, not even with full damping.</source>
        <translation>该层的输入协方差矩阵即使施加最大阻尼也没有 Cholesky 因子。</translation>
    </message>
    <message>
        <source>The rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>The spatial rank</source>
        <translation>空间秩</translation>
    </message>
    <message>
        <source>The output rank</source>
        <translation>输出秩</translation>
    </message>
    <message>
        <source>The input rank</source>
        <translation>输入秩</translation>
    </message>
    <message>
        <source>A codebook takes 1 to 256 clusters, not {}.</source>
        <translation>码本的聚类数为 1 到 256，不能是 {}。</translation>
    </message>
    <message>
        <source>{} values cannot have {} importances.</source>
        <translation>{} 个值不能有 {} 个重要性。</translation>
    </message>
    <message>
        <source>{} values are NaN or infinite and cannot be clustered.</source>
        <translation>有 {} 个值为 NaN 或 Inf，无法聚类。</translation>
    </message>
    <message>
        <source>A pruning ratio is 0 or more and below 1, not {}.</source>
        <translation>剪枝比例应大于等于 0 且小于 1，不能是 {}。</translation>
    </message>
    <message>
        <source>{}:{} pruning needs rows whose length is a multiple of {}, not {}.</source>
        <translation>{}:{} 剪枝要求每行长度为 {} 的倍数，而不是 {}。</translation>
    </message>
    <message>
        <source>A weight that holds NaN has no smallest magnitudes.</source>
        <translation>含有 NaN 的权重没有最小幅值。</translation>
    </message>
    <message>
        <source>There is no such pruning criterion.</source>
        <translation>没有这种剪枝准则。</translation>
    </message>
    <message>
        <source>Codes have 1 to 8 bits, not {}.</source>
        <translation>编码为 1 到 8 位，不能是 {} 位。</translation>
    </message>
    <message>
        <source>A weight of {:g} is too large for {}.</source>
        <translation>权重 {} 超出 {} 的范围。</translation>
    </message>
    <message>
        <source>The weight holds NaN or infinity at 1 place; it cannot be quantized.</source>
        <translation>权重有 1 处为 NaN 或 Inf，无法量化。</translation>
    </message>
    <message>
        <source>The weight holds NaN or infinity at {} places; it cannot be quantized.</source>
        <translation>权重有 {} 处为 NaN 或 Inf，无法量化。</translation>
    </message>
    <message>
        <source>An encoding is to be fitted to a matrix of another shape.</source>
        <translation>要求将编码拟合到另一形状的矩阵。</translation>
    </message>
    <message>
        <source>An encoding is to be fitted to another number of matrices.</source>
        <translation>要求将编码拟合到另一数目的矩阵。</translation>
    </message>
    <message>
        <source>The layer&apos;s input covariance cannot be inverted, not even with full damping.</source>
        <translation>该层的输入协方差矩阵即使施加最大阻尼也无法求逆。</translation>
    </message>
    <message>
        <source>A pruning ratio is at least 0 and below 1, not {}.</source>
        <translation>剪枝比例应不小于 0 且小于 1，不能是 {}。</translation>
    </message>
    <message>
        <source>nothing measures them</source>
        <translation>没有可用于测量它们的数据</translation>
    </message>
    <message>
        <source>A rank lies between 1 and the full rank.</source>
        <translation>秩应在 1 与满秩之间。</translation>
    </message>
    <message>
        <source>The singular values of a weight are larger than float32 can hold.</source>
        <translation>权重的奇异值超出 float32 的表示范围。</translation>
    </message>
    <message>
        <source>{} of {}: {}</source>
        <translation>{1} 的 {0}：{2}</translation>
    </message>
    <message>
        <source>the shape {} of its weight does not fit {}</source>
        <translation>其权重的形状 {} 不适合 {}</translation>
    </message>
    <message>
        <source>its weight is already stored as {}</source>
        <translation>其权重已存为 {}</translation>
    </message>
    <message>
        <source>its weight is of type {}, which holds no real numbers</source>
        <translation>其权重类型为 {}，不能表示实数</translation>
    </message>
    <message>
        <source>the model has several constants named &quot;{}&quot;</source>
        <translation>模型有多个名为“{}”的常量</translation>
    </message>
    <message>
        <source>{} reads the constant &quot;{}&quot; of {} in another way; compressing {} changes both.</source>
        <translation>{0} 以另一种方式读取 {2} 的常量“{1}”；压缩 {3} 会同时改变两者。</translation>
    </message>
    <message>
        <source>{} numbers do not fill a {} x {} matrix.</source>
        <translation>{} 个数值无法填满 {}×{} 的矩阵。</translation>
    </message>
    <message>
        <source>{} is empty.</source>
        <translation>{} 是空的。</translation>
    </message>
    <message>
        <source>{} is larger than 2 GB, which no ONNX file can be; save the model with external data.</source>
        <translation>{} 超过 2 GB，ONNX 文件不能这么大；请将模型以外部数据形式保存。</translation>
    </message>
    <message>
        <source>{} is not an ONNX model: it looks like {}.</source>
        <translation>{} 不是 ONNX 模型：它看起来像{}。</translation>
    </message>
    <message>
        <source>{} cannot be read as an ONNX model: it is damaged, cut short or another kind of file.</source>
        <translation>无法将 {} 读作 ONNX 模型：它已损坏、被截断，或是其他类型的文件。</translation>
    </message>
    <message>
        <source>The model has no layer with a floating-point weight that could be compressed.</source>
        <translation>模型没有可压缩的浮点权重层。</translation>
    </message>
    <message>
        <source>checking the model</source>
        <translation>正在检查模型</translation>
    </message>
    <message>
        <source>finding layers</source>
        <translation>正在查找层</translation>
    </message>
    <message>
        <source>model loaded</source>
        <translation>模型已加载</translation>
    </message>
    <message>
        <source>reading the model</source>
        <translation>正在读取模型</translation>
    </message>
    <message>
        <source>There is no layer &quot;{}&quot;: {} has no layers.</source>
        <translation>没有层“{}”：{} 没有任何层。</translation>
    </message>
    <message>
        <source>There is no layer &quot;{}&quot;; the nearest names are {}.</source>
        <translation>没有层“{}”；最接近的名称是 {}。</translation>
    </message>
    <message>
        <source>Layer &quot;{}&quot; has no weight to work on: {}.</source>
        <translation>层“{}”没有可处理的权重：{}。</translation>
    </message>
    <message>
        <source>The weight of layer &quot;{}&quot; is lost.</source>
        <translation>层“{}”的权重已丢失。</translation>
    </message>
    <message>
        <source>{} is larger than 2 GB and does not fit into one ONNX file.</source>
        <translation>{} 超过 2 GB，无法放入一个 ONNX 文件。</translation>
    </message>
    <message>
        <source>its weight is stored as a sparse tensor</source>
        <translation>其权重存为稀疏张量</translation>
    </message>
    <message>
        <source>its weight is computed by {} when the model runs</source>
        <translation>其权重在模型运行时由 {} 计算</translation>
    </message>
    <message>
        <source>the {} before it cannot be followed</source>
        <translation>无法追踪它之前的 {}</translation>
    </message>
    <message>
        <source>its weight is cast to whole numbers</source>
        <translation>其权重被转换为整数</translation>
    </message>
    <message>
        <source>{}: the value &quot;{}&quot; is made by two nodes (one of them &quot;{}&quot;); export the model again.</source>
        <translation>{}：值“{}”由两个节点产生（其中之一为“{}”）；请重新导出模型。</translation>
    </message>
    <message>
        <source>{} holds no graph: it is not an ONNX model, or it is cut short.</source>
        <translation>{} 不含计算图：它不是 ONNX 模型，或被截断。</translation>
    </message>
    <message>
        <source>{} does not say which operator set it uses (no opset_import): it is cut short or was written wrongly; export it again.</source>
        <translation>{} 未说明所用的算子集（没有 opset_import）：它被截断或写入有误；请重新导出。</translation>
    </message>
    <message>
        <source>{}: node &quot;{}&quot; has no operator; the file is damaged.</source>
        <translation>{}：节点“{}”没有算子；文件已损坏。</translation>
    </message>
    <message>
        <source>{} asks for version {} of the standard operators, which does not exist; export it again with a published opset.</source>
        <translation>{} 要求标准算子的版本 {}，而该版本不存在；请用已发布的 opset 重新导出。</translation>
    </message>
    <message>
        <source>{}: tensor &quot;{}&quot;</source>
        <translation>{}：张量“{}”</translation>
    </message>
    <message>
        <source>{}: the graph runs in a circle through node &quot;{}&quot;, so it can never be computed; export the model again.</source>
        <translation>{}：计算图经节点“{}”形成环路，因此无法计算；请重新导出模型。</translation>
    </message>
    <message>
        <source>Nodes are not stored in the order of their computation; some runtimes refuse such a file.</source>
        <translation>节点未按计算顺序存储；有些运行时会拒绝这样的文件。</translation>
    </message>
    <message>
        <source>A node reads &quot;{}&quot;, which nothing in the model makes.</source>
        <translation>有节点读取“{}”，但模型中没有任何节点产生它。</translation>
    </message>
    <message>
        <source>{}: a sparse or text constant cannot be read as a weight.</source>
        <translation>{}：稀疏常量或文本常量无法读作权重。</translation>
    </message>
    <message>
        <source>the {} of its external data is no number</source>
        <translation>其外部数据的 {} 不是数字</translation>
    </message>
    <message>
        <source>its data is in the file &quot;{}&quot;, but the model was not read from a folder</source>
        <translation>其数据在文件“{}”中，但模型不是从文件夹读取的</translation>
    </message>
    <message>
        <source>its external data &quot;{}&quot; leads outside the model&apos;s folder, which is not allowed</source>
        <translation>其外部数据“{}”指向模型的文件夹之外，这是不允许的</translation>
    </message>
    <message>
        <source>its external data &quot;{}&quot; cannot be found ({})</source>
        <translation>找不到其外部数据“{}”（{}）</translation>
    </message>
    <message>
        <source>its external data &quot;{}&quot; is not there; put that file beside the model</source>
        <translation>其外部数据“{}”不存在；请将该文件放到模型旁边</translation>
    </message>
    <message>
        <source>{}: its external data cannot be read. {}</source>
        <translation>{}：无法读取其外部数据。{}</translation>
    </message>
    <message>
        <source>its external data &quot;{}&quot; was not loaded</source>
        <translation>其外部数据“{}”未加载</translation>
    </message>
    <message>
        <source>its shape needs {} bytes, but its external data is declared as {}</source>
        <translation>其形状需要 {} 字节，但其外部数据声明为 {} 字节</translation>
    </message>
    <message>
        <source>it needs {} bytes from byte {} on of &quot;{}&quot;, which has only {}</source>
        <translation>它需要“{2}”中从第 {1} 字节起的 {0} 字节，而该文件只有 {3} 字节</translation>
    </message>
    <message>
        <source>a Git LFS pointer; fetch the real file with &quot;git lfs pull&quot;</source>
        <translation>Git LFS 指针文件；请用 Git LFS 的 pull 命令取得真正的文件</translation>
    </message>
    <message>
        <source>a PNG image</source>
        <translation>PNG 图像</translation>
    </message>
    <message>
        <source>a JPEG image</source>
        <translation>JPEG 图像</translation>
    </message>
    <message>
        <source>a GIF image</source>
        <translation>GIF 图像</translation>
    </message>
    <message>
        <source>a zip archive (or a PyTorch file); unpack or export it to ONNX first</source>
        <translation>zip 归档（或 PyTorch 文件）；请先解包或导出为 ONNX</translation>
    </message>
    <message>
        <source>a gzip archive; unpack it first</source>
        <translation>gzip 归档；请先解包</translation>
    </message>
    <message>
        <source>a zstd archive; unpack it first</source>
        <translation>zstd 归档；请先解包</translation>
    </message>
    <message>
        <source>an archive made by &quot;lathe pack&quot;; unpack it first with &quot;lathe unpack&quot;</source>
        <translation>由 lathe 的 pack 命令制成的归档；请先用 lathe 的 unpack 命令解包</translation>
    </message>
    <message>
        <source>a 7z archive; unpack it first</source>
        <translation>7z 归档；请先解包</translation>
    </message>
    <message>
        <source>an HDF5 (Keras) file; export it to ONNX first</source>
        <translation>HDF5（Keras）文件；请先导出为 ONNX</translation>
    </message>
    <message>
        <source>a NumPy file</source>
        <translation>NumPy 文件</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>PDF 文档</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>可执行程序</translation>
    </message>
    <message>
        <source>a Python pickle; export the model to ONNX first</source>
        <translation>Python 的 pickle 文件；请先将模型导出为 ONNX</translation>
    </message>
    <message>
        <source>a TensorFlow Lite model; convert it to ONNX first</source>
        <translation>TensorFlow Lite 模型；请先转换为 ONNX</translation>
    </message>
    <message>
        <source>a text file</source>
        <translation>文本文件</translation>
    </message>
    <message>
        <source>The function &quot;{}&quot; is not looked into: {}. Layers inside it are neither counted nor compressed.</source>
        <translation>未查看函数“{}”的内部：{}。其中的层既不计数也不压缩。</translation>
    </message>
    <message>
        <source>a call gives it more inputs, or takes more outputs, than it has</source>
        <translation>有调用给它的输入或取用的输出多于它所有的</translation>
    </message>
    <message>
        <source>its branches lie too deep inside each other</source>
        <translation>它的分支嵌套过深</translation>
    </message>
    <message>
        <source>it is too large to be put in place of each call</source>
        <translation>它太大，无法放到每个调用处</translation>
    </message>
    <message>
        <source>the model defines it twice</source>
        <translation>模型定义了它两次</translation>
    </message>
    <message>
        <source>functions call each other too deeply</source>
        <translation>函数互相调用的层数过深</translation>
    </message>
    <message>
        <source>it calls itself</source>
        <translation>它调用自身</translation>
    </message>
    <message>
        <source>it uses version {} of the operator set {} and the model version {}</source>
        <translation>它使用运算符集 {1} 的版本 {0}，而模型使用版本 {2}</translation>
    </message>
    <message>
        <source>A {} tensor of shape {} cannot be made.</source>
        <translation>无法创建形状为 {1} 的 {0} 张量。</translation>
    </message>
    <message>
        <source>A tensor of type {} cannot be read as numbers.</source>
        <translation>类型为 {} 的张量无法读作数值。</translation>
    </message>
    <message>
        <source>Numbers cannot be stored as {}.</source>
        <translation>数值无法存为 {}。</translation>
    </message>
    <message>
        <source>{} numbers do not fill a tensor of shape {}.</source>
        <translation>{} 个数值无法填满形状为 {} 的张量。</translation>
    </message>
    <message>
        <source>{}: a constant tensor</source>
        <translation>{}：一个常量张量</translation>
    </message>
    <message>
        <source>{} {}; the file is damaged.</source>
        <translation>{}：{}；文件已损坏。</translation>
    </message>
    <message>
        <source>declares the impossible shape {}</source>
        <translation>声明了不可能的形状 {}</translation>
    </message>
    <message>
        <source>declares more elements than any file can hold</source>
        <translation>声明的元素数超过任何文件所能容纳</translation>
    </message>
    <message>
        <source>has indices that do not fit its values</source>
        <translation>其索引与其值不符</translation>
    </message>
    <message>
        <source>has an index outside its shape</source>
        <translation>有索引超出其形状</translation>
    </message>
    <message>
        <source>has no element type</source>
        <translation>没有元素类型</translation>
    </message>
    <message>
        <source>keeps strings in an external file, which ONNX does not allow</source>
        <translation>将字符串存于外部文件，ONNX 不允许这样做</translation>
    </message>
    <message>
        <source>declares the shape {} ({} bytes), but holds {} bytes</source>
        <translation>声明形状为 {}（{} 字节），但含有 {} 字节</translation>
    </message>
    <message>
        <source>declares the shape {} ({} elements), but holds {} values</source>
        <translation>声明形状为 {}（{} 个元素），但含有 {} 个值</translation>
    </message>
    <message>
        <source>declares the impossible sparse shape {}</source>
        <translation>声明了不可能的稀疏形状 {}</translation>
    </message>
    <message>
        <source>{} is of {}, which cannot be read.</source>
        <translation>{}：其类型为 {}，无法读取。</translation>
    </message>
    <message>
        <source>{} is inside a subgraph</source>
        <translation>{} 位于子图中</translation>
    </message>
    <message>
        <source>no layer that moves has a weight of its own</source>
        <translation>变动的层都没有自己的权重</translation>
    </message>
    <message>
        <source>its nodes wait for each other</source>
        <translation>其节点相互等待</translation>
    </message>
    <message>
        <source>it does not reach the model&apos;s first output</source>
        <translation>它不影响模型的第一个输出</translation>
    </message>
    <message>
        <source>the runtime folds its weight into other float16 constants and rounds them anew</source>
        <translation>运行时将其权重折叠进其他 float16 常量并重新舍入</translation>
    </message>
    <message>
        <source>trying one layer after the other</source>
        <translation>正在逐层尝试</translation>
    </message>
    <message>
        <source>The whole model runs for each measurement: {}.</source>
        <translation>每次测量都运行整个模型：{}。</translation>
    </message>
    <message>
        <source>preparing the layer</source>
        <translation>正在准备该层</translation>
    </message>
    <message>
        <source>measured {} of {} samples</source>
        <translation>已测量 {} / {} 个样本</translation>
    </message>
    <message>
        <source>&quot;{}&quot; crosses the cut and is no dense tensor</source>
        <translation>“{}”跨越切口，且不是稠密张量</translation>
    </message>
    <message>
        <source>{} is not a session of Lathe 0.1.0.</source>
        <translation>{} 不是 Lathe 0.1.0 的会话文件。</translation>
    </message>
    <message>
        <source>{} {}</source>
        <translation>{} {}</translation>
    </message>
    <message>
        <source>is not a Lathe project.</source>
        <translation>不是 Lathe 项目。</translation>
    </message>
    <message>
        <source>was written by a newer Lathe (project version {}, this one reads up to {}).</source>
        <translation>由更新版本的 Lathe 写入（项目版本 {}，此版本最高读取 {}）。</translation>
    </message>
    <message>
        <source>does not say which version of project it is.</source>
        <translation>未说明其项目版本。</translation>
    </message>
    <message>
        <source>The recipe being edited</source>
        <translation>正在编辑的配方</translation>
    </message>
    <message>
        <source>{} is damaged at byte {}: {} of its variants could be read, what came after is lost.</source>
        <translation>{} 在第 {} 字节处损坏：可读取其中 {} 个变体，之后的内容已丢失。</translation>
    </message>
    <message>
        <source>does not name its model.</source>
        <translation>未指明其模型。</translation>
    </message>
    <message>
        <source>is damaged at byte {}, before the name of its model: nothing could be read.</source>
        <translation>在第 {} 字节处损坏，位于模型名称之前：无法读取任何内容。</translation>
    </message>
    <message>
        <source>The preprocessing could not be read: {}</source>
        <translation>无法读取预处理：{}</translation>
    </message>
    <message>
        <source>{} could not be read: {}</source>
        <translation>无法读取{}：{}</translation>
    </message>
    <message>
        <source>Variant {}</source>
        <translation>变体 {}</translation>
    </message>
    <message>
        <source>Variant &quot;{}&quot;</source>
        <translation>变体“{}”</translation>
    </message>
    <message>
        <source>{} is incomplete and was left out.</source>
        <translation>{}不完整，已略过。</translation>
    </message>
    <message>
        <source>of 0 or more and below 1</source>
        <translation>大于等于 0 且小于 1</translation>
    </message>
    <message>
        <source>none, N:M with N below M as 2:4, or blocks of rows x columns as 4x1</source>
        <translation>none、N 小于 M 的 N:M（如 2:4），或行数 x 列数的块（如 4x1）</translation>
    </message>
    <message>
        <source>a whole number from 1 to 8</source>
        <translation>1 到 8 的整数</translation>
    </message>
    <message>
        <source>a whole number from 2</source>
        <translation>不小于 2 的整数</translation>
    </message>
    <message>
        <source>above 0.5 and up to 1</source>
        <translation>大于 0.5 且不超过 1</translation>
    </message>
    <message>
        <source>a whole number from 1, or a share of the break-even rank as 50%</source>
        <translation>不小于 1 的整数，或平衡点秩的比例（如 50%）</translation>
    </message>
    <message>
        <source>above 0 and up to 1</source>
        <translation>大于 0 且不超过 1</translation>
    </message>
    <message>
        <source>a whole number from 1 to 8, or as_layer</source>
        <translation>1 到 8 的整数，或 as_layer</translation>
    </message>
    <message>
        <source>a whole number from 1 to 8, or none</source>
        <translation>1 到 8 的整数，或 none</translation>
    </message>
    <message>
        <source>a whole number from 2 to 256</source>
        <translation>2 到 256 的整数</translation>
    </message>
    <message>
        <source>a whole number from 1, or all</source>
        <translation>不小于 1 的整数，或 all</translation>
    </message>
    <message>
        <source>weights or activations</source>
        <translation>weights 或 activations</translation>
    </message>
    <message>
        <source>say how weights are stored</source>
        <translation>决定权重如何存储</translation>
    </message>
    <message>
        <source>take the layer apart</source>
        <translation>拆分该层</translation>
    </message>
    <message>
        <source>There is no recipe key {}; the nearest is {}.</source>
        <translation>没有配方键 {}；最接近的是 {}。</translation>
    </message>
    <message>
        <source>a number {}</source>
        <translation>{} 的数</translation>
    </message>
    <message>
        <source>a whole number from 1</source>
        <translation>不小于 1 的整数</translation>
    </message>
    <message>
        <source>a number above 0</source>
        <translation>大于 0 的数</translation>
    </message>
    <message>
        <source>{}: there is no key {}; the nearest is {}.</source>
        <translation>{}：没有键 {}；最接近的是 {}。</translation>
    </message>
    <message>
        <source>{}: {} has no key {}; the nearest is {}.</source>
        <translation>{}：{} 没有键 {}；最接近的是 {}。</translation>
    </message>
    <message>
        <source>{}: {}.{}</source>
        <translation>{}：{}.{}</translation>
    </message>
    <message>
        <source>an object or null</source>
        <translation>对象或 null</translation>
    </message>
    <message>
        <source>{}: rank takes one of the keys rank, share and energy, not several.</source>
        <translation>{}：rank 只能取键 rank、share 和 energy 之一，不能取多个。</translation>
    </message>
    <message>
        <source>{}: rule {}</source>
        <translation>{}：规则 {}</translation>
    </message>
    <message>
        <source>{} is no object.</source>
        <translation>{} 不是对象。</translation>
    </message>
    <message>
        <source>{} needs the key layers with a pattern of layer names.</source>
        <translation>{} 需要键 layers，其值为层名称的模式。</translation>
    </message>
    <message>
        <source>{} ({})</source>
        <translation>{}（{}）</translation>
    </message>
    <message>
        <source>{}: the key {} is given twice.</source>
        <translation>{}：键 {} 给出了两次。</translation>
    </message>
    <message>
        <source>{} is no valid JSON: {}.</source>
        <translation>{} 不是有效的 JSON：{}。</translation>
    </message>
    <message>
        <source>{} is no Lathe recipe: the key lathe_recipe is missing.</source>
        <translation>{} 不是 Lathe 配方：缺少键 lathe_recipe。</translation>
    </message>
    <message>
        <source>{}: lathe_recipe</source>
        <translation>{}：lathe_recipe</translation>
    </message>
    <message>
        <source>{} was written by a newer Lathe: its schema version is {}, this Lathe reads up to {}.</source>
        <translation>{} 由更新版本的 Lathe 写入：其格式版本为 {}，此 Lathe 最高读取 {}。</translation>
    </message>
    <message>
        <source>{}: name</source>
        <translation>{}：name</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>{}: rules</source>
        <translation>{}：rules</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>A rule is PATTERN:key=value,key=value; there is no = in &quot;{}&quot;.</source>
        <translation>规则的形式为 PATTERN:key=value,key=value；“{}”中没有 =。</translation>
    </message>
    <message>
        <source>rank and rank.energy say the same thing in two ways; a rule takes one of them.</source>
        <translation>rank 和 rank.energy 以两种方式表示同一件事；一条规则只能取其中之一。</translation>
    </message>
    <message>
        <source>{} and {} both {}; a rule takes one of them.</source>
        <translation>{} 和 {} 都{}；一条规则只能取其中之一。</translation>
    </message>
    <message>
        <source>{}=off switches everything of its method off; {} has no place beside it in one rule.</source>
        <translation>{}=off 会关闭其方法的全部设置；同一条规则中不能再有 {}。</translation>
    </message>
    <message>
        <source>A rule is PATTERN:key=value,key=value; there is no pattern in &quot;{}&quot;.</source>
        <translation>规则的形式为 PATTERN:key=value,key=value；“{}”中没有模式。</translation>
    </message>
    <message>
        <source>A rule is PATTERN:key=value,key=value; nothing follows the colon in &quot;{}&quot;.</source>
        <translation>规则的形式为 PATTERN:key=value,key=value；“{}”中冒号之后没有内容。</translation>
    </message>
    <message>
        <source>A rule needs a pattern of layer names; * stands for all layers.</source>
        <translation>规则需要层名称的模式；* 代表所有层。</translation>
    </message>
    <message>
        <source>A rule&apos;s pattern holds bytes that are not UTF-8, which a recipe cannot keep; put ? in their places.</source>
        <translation>规则的模式含有非 UTF-8 字节，配方无法保存；请以 ? 代替这些字节。</translation>
    </message>
    <message>
        <source>{} is given twice in one rule.</source>
        <translation>{} 在一条规则中给出了两次。</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 位</translation>
    </message>
    <message>
        <source>{} bits</source>
        <translation>{} 位</translation>
    </message>
    <message>
        <source>{:.4g} % pruned</source>
        <translation>剪枝 {}%</translation>
    </message>
    <message>
        <source>globally</source>
        <translation>全局</translation>
    </message>
    <message>
        <source>rank {}</source>
        <translation>秩 {}</translation>
    </message>
    <message>
        <source>rank {:.4g} % of break-even</source>
        <translation>秩为平衡点的 {}%</translation>
    </message>
    <message>
        <source>rank for {:.4g} % of the energy</source>
        <translation>秩保留 {}% 能量</translation>
    </message>
    <message>
        <source>spatial</source>
        <translation>按空间</translation>
    </message>
    <message>
        <source>Tucker-2</source>
        <translation>Tucker-2</translation>
    </message>
    <message>
        <source>on activations</source>
        <translation>按激活</translation>
    </message>
    <message>
        <source>at {}</source>
        <translation>因子 {}</translation>
    </message>
    <message>
        <source>+ {}-bit residual</source>
        <translation>+ {} 位残差</translation>
    </message>
    <message>
        <source>asymmetric</source>
        <translation>非对称</translation>
    </message>
    <message>
        <source>NF4</source>
        <translation>NF4</translation>
    </message>
    <message>
        <source>float16</source>
        <translation>float16</translation>
    </message>
    <message>
        <source>bfloat16</source>
        <translation>bfloat16</translation>
    </message>
    <message>
        <source>ternary</source>
        <translation>三值</translation>
    </message>
    <message>
        <source>binary</source>
        <translation>二值</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>逐张量</translation>
    </message>
    <message>
        <source>group {}</source>
        <translation>分组 {}</translation>
    </message>
    <message>
        <source>(GPTQ)</source>
        <translation>(GPTQ)</translation>
    </message>
    <message>
        <source>scales 2^n</source>
        <translation>缩放因子 2^n</translation>
    </message>
    <message>
        <source>normalization folded</source>
        <translation>归一化已折叠</translation>
    </message>
    <message>
        <source>separable on activations</source>
        <translation>可分离卷积 按激活</translation>
    </message>
    <message>
        <source>separable</source>
        <translation>可分离卷积</translation>
    </message>
    <message>
        <source>{} clusters</source>
        <translation>{} 个聚类</translation>
    </message>
    <message>
        <source>normalization measured again</source>
        <translation>归一化已重新测量</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>{}={} and {} contradict each other: that is {}={}.</source>
        <translation>{}={} 与 {} 相互矛盾：后者即 {}={}。</translation>
    </message>
    <message>
        <source>bits=16 needs format=fp16 or format=bf16 beside it; without one, bits goes up to 8.</source>
        <translation>bits=16 需要同时有 format=fp16 或 format=bf16；否则 bits 最大为 8。</translation>
    </message>
    <message>
        <source>{} or {}</source>
        <translation>{} 或 {}</translation>
    </message>
    <message>
        <source>a share {}, as {}</source>
        <translation>{} 的比例，如 {}</translation>
    </message>
    <message>
        <source>{} takes {}, not {}.</source>
        <translation>{} 的取值：{}；不能是 {}。</translation>
    </message>
    <message>
        <source>the scale of the normalization behind it is not one constant for each channel</source>
        <translation>其后归一化的缩放因子不是每个通道一个常量</translation>
    </message>
    <message>
        <source>the bias of the normalization behind it is not one constant for each channel</source>
        <translation>其后归一化的偏置不是每个通道一个常量</translation>
    </message>
    <message>
        <source>the mean of the normalization behind it is not one constant for each channel</source>
        <translation>其后归一化的均值不是每个通道一个常量</translation>
    </message>
    <message>
        <source>the variance of the normalization behind it is not one constant for each channel</source>
        <translation>其后归一化的方差不是每个通道一个常量</translation>
    </message>
    <message>
        <source>no batch normalization alone takes its output</source>
        <translation>没有唯一接收其输出的批归一化</translation>
    </message>
    <message>
        <source>the normalization behind it trains</source>
        <translation>其后的归一化处于训练模式</translation>
    </message>
    <message>
        <source>the normalization behind it is not by channel</source>
        <translation>其后的归一化不是按通道的</translation>
    </message>
    <message>
        <source>its rows are not what the normalization works on one by one</source>
        <translation>归一化并非逐一作用于它的各行</translation>
    </message>
    <message>
        <source>its weight has more digits than are computed with</source>
        <translation>其权重的位数多于计算所用的位数</translation>
    </message>
    <message>
        <source>something else reads its weight too</source>
        <translation>它的权重还被其他节点读取</translation>
    </message>
    <message>
        <source>the constants of the normalization behind it give no finite numbers</source>
        <translation>其后归一化的常量得不出有限的数</translation>
    </message>
    <message>
        <source>its bias is not one constant for each channel</source>
        <translation>它的偏置不是每个通道一个常量</translation>
    </message>
    <message>
        <source>The constant {} is not found again.</source>
        <translation>再次查找时找不到常量 {}。</translation>
    </message>
    <message>
        <source>Folding normalizations changed the list of layers.</source>
        <translation>折叠归一化改变了层的列表。</translation>
    </message>
    <message>
        <source>{}: folding the normalization behind it gives values that its type cannot hold.</source>
        <translation>{}：折叠其后的归一化会得到其类型无法表示的值。</translation>
    </message>
    <message>
        <source>Nothing can be folded into {}: {}.</source>
        <translation>{} 没有可折叠的内容：{}。</translation>
    </message>
    <message>
        <source>timing the layers</source>
        <translation>正在为各层计时</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot {}: {}</source>
        <translation>ONNX Runtime 无法{}：{}</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; is not a dense tensor and cannot be fed.</source>
        <translation>输入“{}”不是稠密张量，无法输入数据。</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; takes {} {} but was given {} {}.</source>
        <translation>输入“{}”要求 {} {}，但得到的是 {} {}。</translation>
    </message>
    <message>
        <source>Input &quot;{}&quot; was given {} bytes for {} {}.</source>
        <translation>输入“{0}”的 {2} {3} 只得到 {1} 字节。</translation>
    </message>
    <message>
        <source>load the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>load {}</source>
        <translation>加载 {}</translation>
    </message>
    <message>
        <source>The model takes {} inputs but was given {}.</source>
        <translation>模型有 {} 个输入，但得到 {} 个。</translation>
    </message>
    <message>
        <source>run the model</source>
        <translation>运行模型</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot write the model as it runs it.</source>
        <translation>ONNX Runtime 无法将模型按其运行的形式写出。</translation>
    </message>
    <message>
        <source>No node of the model gives a value &quot;{}&quot;.</source>
        <translation>模型中没有节点给出值“{}”。</translation>
    </message>
    <message>
        <source>The model holds more than 2 GB outside its weights; ONNX Runtime cannot load it.</source>
        <translation>模型除权重外超过 2 GB；ONNX Runtime 无法加载。</translation>
    </message>
    <message>
        <source>The model cannot be written as ONNX.</source>
        <translation>模型无法写为 ONNX。</translation>
    </message>
    <message>
        <source>input &quot;{}&quot; takes {}</source>
        <translation>输入“{}”要求 {}</translation>
    </message>
    <message>
        <source>input &quot;{}&quot; takes {}, which is too large to try</source>
        <translation>输入“{}”要求 {}，太大而无法尝试</translation>
    </message>
    <message>
        <source>Shapes and multiplications of some layers stay unknown, because the model does not run on zeros at batch 1: {}</source>
        <translation>部分层的形状和乘加次数未知，因为模型无法以批大小 1 在全零输入上运行：{}</translation>
    </message>
    <message>
        <source>mask + codebook {} bit</source>
        <translation>掩码 + {} 位码本</translation>
    </message>
    <message>
        <source>gaps + codebook {} bit</source>
        <translation>间隔 + {} 位码本</translation>
    </message>
    <message>
        <source>codebook {} bit</source>
        <translation>{} 位码本</translation>
    </message>
    <message>
        <source>It depends on the input &quot;{}&quot;.</source>
        <translation>它依赖于输入“{}”。</translation>
    </message>
    <message>
        <source>plain {}</source>
        <translation>普通 {}</translation>
    </message>
    <message>
        <source>mask + values</source>
        <translation>掩码 + 取值</translation>
    </message>
    <message>
        <source>gaps + values</source>
        <translation>间隔 + 取值</translation>
    </message>
    <message>
        <source>MatMulNBits is a product and cannot do the work of {}</source>
        <translation>MatMulNBits 是矩阵乘，不能代替 {}</translation>
    </message>
    <message>
        <source>MatMulNBits has weights in float32, and the layer in {}</source>
        <translation>MatMulNBits 的权重为 float32，而该层为 {}</translation>
    </message>
    <message>
        <source>its weight is the left operand of the product, and that of MatMulNBits is the right one</source>
        <translation>其权重是乘积的左操作数，而 MatMulNBits 的是右操作数</translation>
    </message>
    <message>
        <source>it transposes its input or multiplies by a factor, which MatMulNBits does not</source>
        <translation>它会转置输入或乘以系数，而 MatMulNBits 不会</translation>
    </message>
    <message>
        <source>Add spreads a bias over rows from opset 7 on only</source>
        <translation>Add 自 opset 7 起才能把偏置扩展到各行</translation>
    </message>
    <message>
        <source>MatMulNBits {} bit, blocks of {}</source>
        <translation>MatMulNBits {} 位，每块 {} 个</translation>
    </message>
    <message>
        <source>The constants of {} do not fit its attributes.</source>
        <translation>{} 的常量与其属性不符。</translation>
    </message>
    <message>
        <source>its groups of {} are not made of blocks of 16 to 256 weights</source>
        <translation>其 {} 个一组的分组不能由 16 到 256 个权重的块组成</translation>
    </message>
    <message>
        <source>DequantizeLinear came with opset {}, and the model is of opset {}</source>
        <translation>DequantizeLinear 自 opset {} 起才有，而模型为 opset {}</translation>
    </message>
    <message>
        <source>it has a scale for each channel, which DequantizeLinear takes from opset {} on, and the model is of opset {}</source>
        <translation>它每个通道有一个缩放因子，DequantizeLinear 自 opset {} 起才支持，而模型为 opset {}</translation>
    </message>
    <message>
        <source>int{} QDQ</source>
        <translation>int{} QDQ</translation>
    </message>
    <message>
        <source>uint{} QDQ</source>
        <translation>uint{} QDQ</translation>
    </message>
    <message>
        <source>sparse initializers came with IR version {} and opset {}, and the model is of IR version {} and opset {}</source>
        <translation>稀疏初始化张量自 IR 版本 {}、opset {} 起才有，而模型为 IR 版本 {}、opset {}</translation>
    </message>
    <message>
        <source>all its values are zero</source>
        <translation>其取值全为零</translation>
    </message>
    <message>
        <source>{} of its {} values are not zero, which takes more room as a sparse initializer than plain</source>
        <translation>其 {1} 个取值中有 {0} 个非零，存为稀疏初始化张量比普通值更占空间</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>稀疏</translation>
    </message>
    <message>
        <source>mask + codes {} bit</source>
        <translation>掩码 + {} 位编码</translation>
    </message>
    <message>
        <source>gaps + codes {} bit</source>
        <translation>间隔 + {} 位编码</translation>
    </message>
    <message>
        <source>codes {} bit</source>
        <translation>{} 位编码</translation>
    </message>
    <message>
        <source>its values are not evenly spaced codes</source>
        <translation>其取值不是等间距的编码</translation>
    </message>
    <message>
        <source>its scales are too small to be halved</source>
        <translation>其缩放因子太小，无法减半</translation>
    </message>
    <message>
        <source>its codes of {} bits do not fit in {}</source>
        <translation>其 {} 位编码放不进 {} 位</translation>
    </message>
    <message>
        <source>the report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>too many files are open; close some, or raise the limit (ulimit -n)</source>
        <translation>打开的文件太多；请关闭一些，或提高上限（ulimit -n）</translation>
    </message>
    <message>
        <source>there is not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>its share has gone away or was mounted anew</source>
        <translation>其所在的共享已断开或被重新挂载</translation>
    </message>
    <message>
        <source>no reason given.</source>
        <translation>未给出原因。</translation>
    </message>
    <message>
        <source>of any shape</source>
        <translation>任意形状</translation>
    </message>
    <message>
        <source>OpenCV does not read sparse weights of convolutions</source>
        <translation>OpenCV 不读取卷积的稀疏权重</translation>
    </message>
    <message>
        <source>Line {} of the script is no action: {}.</source>
        <translation>脚本第 {} 行不是有效的操作：{}。</translation>
    </message>
    <message>
        <source>Upright lines are 95 % intervals.</source>
        <translation>竖线为 95% 区间。</translation>
    </message>
    <message>
        <source>The other models are variants of the same session, as they were measured there.</source>
        <translation>其余模型是同一会话中的变体，数值以当时的测量为准。</translation>
    </message>
    <message>
        <source>Size and accuracy</source>
        <translation>大小与准确率</translation>
    </message>
    <message>
        <source>Accuracy: no data set was given (--data).</source>
        <translation>准确率：未提供数据集（--data）。</translation>
    </message>
    <message>
        <source>What becomes of the layers&apos; outputs: no calibration data were given (--data or --calibrate).</source>
        <translation>各层输出的变化：未提供校准数据（--data 或 --calibrate）。</translation>
    </message>
    <message>
        <source>Latency: it is a figure of one machine, not of the file.</source>
        <translation>延迟：它取决于机器，而不是文件。</translation>
    </message>
    <message>
        <source>Not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>Bytes of the weights in the file, before and after.</source>
        <translation>文件中权重的字节数，压缩前后对照。</translation>
    </message>
    <message>
        <source>{}; error {}</source>
        <translation>{}；误差 {}</translation>
    </message>
    <message>
        <source>Every layer whose weights changed, before and after, to one scale each.</source>
        <translation>权重有变化的所有层，压缩前后对照，每幅图内用同一比例。</translation>
    </message>
    <message>
        <source>The {} layers whose weights changed most, before and after, to one scale each; the others are in the table above.</source>
        <translation>权重变化最大的 {} 个层，压缩前后对照，每幅图内用同一比例；其余各层见上表。</translation>
    </message>
    <message>
        <source>Weights before and after</source>
        <translation>压缩前后的权重</translation>
    </message>
    <message>
        <source>{} smaller layers together</source>
        <translation>其余 {} 个较小的层合计</translation>
    </message>
    <message>
        <source>top-1 against the original in points, over the size of the file</source>
        <translation>相对原模型的 top-1（百分点），横轴为文件大小</translation>
    </message>
    <message>
        <source>same answer as the original in %, over the size of the file</source>
        <translation>与原模型答案相同的比例（%），横轴为文件大小</translation>
    </message>
    <message>
        <source>{} shares its weight with {} and is kept as it is, so both are.</source>
        <translation>{}与{}共用权重且保持不变，因此两者都保持不变。</translation>
    </message>
    <message>
        <source>{} is kept as it is, and its trained weights are left out.</source>
        <translation>{}保持不变，不采用其训练过的权重。</translation>
    </message>
    <message>
        <source>{}: layer {} of {}</source>
        <translation>{}：第 {} / {} 层</translation>
    </message>
    <message>
        <source>weighted codebooks</source>
        <translation>加权码本</translation>
    </message>
    <message>
        <source>separable convolution</source>
        <translation>可分离卷积</translation>
    </message>
    <message>
        <source>calibration statistics</source>
        <translation>校准统计</translation>
    </message>
    <message>
        <source>{}</source>
        <translation>{}</translation>
    </message>
    <message>
        <source>reading values</source>
        <translation>正在读取数值</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>The weight of layer &quot;{}&quot; does not unpack to its shape.</source>
        <translation>层“{}”的权重解开后与其形状不符。</translation>
    </message>
    <message>
        <source>There is no median of no values.</source>
        <translation>没有数值，就没有中位数。</translation>
    </message>
    <message>
        <source>Lathe has already stored its weight, in {:.1f} bits a number</source>
        <translation>Lathe 已将其权重压缩存储，每个数 {:.1f} 位</translation>
    </message>
    <message>
        <source>its weight is already stored in {} bits</source>
        <translation>其权重已按 {} 位存储</translation>
    </message>
    <message>
        <source>kept as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>{} (given)</source>
        <translation>{}（指定）</translation>
    </message>
    <message>
        <source>{} (found beside the model)</source>
        <translation>{}（在模型旁找到）</translation>
    </message>
    <message>
        <source>{} (guessed from the model&apos;s input)</source>
        <translation>{}（按模型输入推测）</translation>
    </message>
    <message>
        <source>none (the data set holds tensors)</source>
        <translation>无（数据集中是张量）</translation>
    </message>
    <message>
        <source>finding the layers of the open model in it</source>
        <translation>正在其中查找所打开模型的层</translation>
    </message>
    <message>
        <source>timing both models</source>
        <translation>正在为两个模型计时</translation>
    </message>
    <message>
        <source>gathering calibration statistics</source>
        <translation>正在收集校准统计</translation>
    </message>
    <message>
        <source>{:.2f} %</source>
        <translation>{:.2f}%</translation>
    </message>
    <message>
        <source>checking which biases are better corrected</source>
        <translation>正在检查哪些偏置值得校正</translation>
    </message>
    <message>
        <source>{}: holds other trained values than those that belong to the recipe.</source>
        <translation>{}：其中的训练值不是此配方的训练值。</translation>
    </message>
    <message>
        <source>{} What was trained is not there; the recipe alone is carried out.</source>
        <translation>{} 缺少训练值，只按配方执行。</translation>
    </message>
    <message>
        <source>It claims to be larger than it can be.</source>
        <translation>它声称的大小超出了可能的范围。</translation>
    </message>
    <message>
        <source>Its matrix has an unknown form.</source>
        <translation>其矩阵的形式未知。</translation>
    </message>
    <message>
        <source>Its mask and codes do not agree.</source>
        <translation>其掩码与编码不一致。</translation>
    </message>
    <message>
        <source>Its steps and codes do not agree.</source>
        <translation>其步长与编码不一致。</translation>
    </message>
    <message>
        <source>Its number of streams is not the one of its coder.</source>
        <translation>其数据流的个数与所用的编码器不符。</translation>
    </message>
    <message>
        <source>A coder gave other bytes back.</source>
        <translation>某个编码器还原出了不同的字节。</translation>
    </message>
    <message>
        <source>timing coders</source>
        <translation>正在测量编码器的用时</translation>
    </message>
    <message>
        <source>Its sections do not agree with their hash.</source>
        <translation>其各部分与其哈希值不符。</translation>
    </message>
    <message>
        <source>Its graph does not end where its bytes do.</source>
        <translation>其计算图的结尾与字节的结尾不一致。</translation>
    </message>
    <message>
        <source>nothing computes gradients</source>
        <translation>没有可以计算梯度的部件</translation>
    </message>
    <message>
        <source>its weight is no constant of the main graph that gradients are known of</source>
        <translation>其权重不是主图中可以求得梯度的常量</translation>
    </message>
    <message>
        <source>nothing in the graph makes `{}`</source>
        <translation>图中没有任何节点产生 `{}`</translation>
    </message>
    <message>
        <source>another layer has the same weight</source>
        <translation>另一层使用同一权重</translation>
    </message>
    <message>
        <source>it has {} inputs, more than are looked at</source>
        <translation>它有 {} 个输入，多于会查看的数目</translation>
    </message>
    <message>
        <source>{} gets inputs of another shape in the compressed model.</source>
        <translation>{} 在压缩模型中得到的输入形状不同。</translation>
    </message>
    <message>
        <source>carries these trained values</source>
        <translation>带有这组训练值</translation>
    </message>
    <message>
        <source>The file says nothing of trained values.</source>
        <translation>文件没有提到训练值。</translation>
    </message>
    <message>
        <source>The file names the trained values&apos; SHA-256, {}.</source>
        <translation>文件写明了训练值的 SHA-256：{}。</translation>
    </message>
    <message>
        <source>The file was made with other trained values: it names the SHA-256 {}, and those given have {}.</source>
        <translation>文件是用另一组训练值生成的：它写明的 SHA-256 是 {}，而给出的是 {}。</translation>
    </message>
    <message>
        <source>Trained values SHA-256</source>
        <translation>训练值的 SHA-256</translation>
    </message>
    <message>
        <source>Its numbers do not end where its bytes do.</source>
        <translation>其数值的结尾与字节的结尾不一致。</translation>
    </message>
    <message>
        <source>The trained values have no statistics of the normalization that gives `{}`, so data are needed to measure them: name a data set (--data, half of which calibrates, or --calibrate).</source>
        <translation>训练值中没有输出 `{}` 的归一化的统计量，因此需要数据来测量：请指定数据集（--data，其中一半用于校准；或 --calibrate）。</translation>
    </message>
    <message>
        <source>`{}` ({}) goes by gradients and needs data: name a data set (--data, half of which calibrates, or --calibrate), or choose a setting that needs none.</source>
        <translation>`{}`（{}）依据梯度，需要数据：请指定数据集（--data，其中一半用于校准；或 --calibrate），或选择不需要数据的设置。</translation>
    </message>
    <message>
        <source>its factors are pruned by magnitude: gradients are known of the whole weight</source>
        <translation>其因子按幅值剪枝：已知的是整个权重的梯度</translation>
    </message>
    <message>
        <source>it is pruned by magnitude: {}</source>
        <translation>按幅值剪枝：{}</translation>
    </message>
    <message>
        <source>pruned by magnitude: {}</source>
        <translation>按幅值剪枝：{}</translation>
    </message>
    <message>
        <source>is damaged: its values do not have the hash that it says</source>
        <translation>已损坏：其中的值与写明的散列值不符</translation>
    </message>
    <message>
        <source>is no file of trained values</source>
        <translation>不是训练值文件</translation>
    </message>
    <message>
        <source>was written by a newer Lathe (version {} of trained values, this one reads {})</source>
        <translation>由更新的 Lathe 写成（训练值版本 {}，本程序读取 {}）</translation>
    </message>
    <message>
        <source>says no number for &quot;{}&quot; that it can be</source>
        <comment>seed</comment>
        <translation>“{}”不是允许的数</translation>
    </message>
    <message>
        <source>does not say &quot;{}&quot; where it must</source>
        <translation>在应当写明“{}”的地方没有写明</translation>
    </message>
    <message>
        <source>holds no numbers in &quot;{}&quot;</source>
        <comment>constants/</comment>
        <translation>“{}”中不是数</translation>
    </message>
    <message>
        <source>says &quot;{}&quot; for &quot;{}&quot;, which is not known</source>
        <translation>“{1}”写的是未知的“{0}”</translation>
    </message>
    <message>
        <source>{} holds trained values of another model: of one with the SHA-256 {}, and this one has {}.</source>
        <translation>{} 中是另一个模型的训练值：那个模型的 SHA-256 是 {}，而这个是 {}。</translation>
    </message>
    <message>
        <source>has an array &quot;{}&quot; of shape {} where {} is said</source>
        <translation>数组“{}”的形状是 {}，而写明的是 {}</translation>
    </message>
    <message>
        <source>does not say what its factors are</source>
        <translation>没有写明它的因子</translation>
    </message>
    <message>
        <source>holds no array &quot;{}&quot;</source>
        <translation>没有数组“{}”</translation>
    </message>
    <message>
        <source>holds {} values in the array &quot;{}&quot;, where {} is needed</source>
        <translation>数组“{1}”中是 {0} 值，而需要的是 {2}</translation>
    </message>
    <message>
        <source>holds an array &quot;{}&quot; that it does not speak of</source>
        <translation>含有没有提到的数组“{}”</translation>
    </message>
    <message>
        <source>does not say what a layer carries</source>
        <translation>没有写明某一层带有什么</translation>
    </message>
    <message>
        <source>is wrong in &quot;{}&quot;: it {}</source>
        <translation>“{}”有误：它{}</translation>
    </message>
    <message>
        <source>holds no numbers in &quot;{}&quot;</source>
        <translation>“{}”中不是数</translation>
    </message>
    <message>
        <source>says no number for &quot;{}&quot; that it can be</source>
        <translation>“{}”不是允许的数</translation>
    </message>
    <message>
        <source>is there twice</source>
        <translation>出现了两次</translation>
    </message>
    <message>
        <source>An .npz file cannot be made ({}).</source>
        <translation>无法生成 .npz 文件（{}）。</translation>
    </message>
    <message>
        <source>{} samples in {} views each take {} MB, more than the {} MB that they may; take fewer of them.</source>
        <translation>{} 个样本各 {} 个视图共需 {} MB，超过允许的 {} MB；请减少样本。</translation>
    </message>
    <message>
        <source>{}, in {} views</source>
        <translation>{}，各 {} 个视图</translation>
    </message>
    <message>
        <source>has groups that do not make up its rows</source>
        <translation>分组不能整除各行</translation>
    </message>
    <message>
        <source>has {} scales</source>
        <translation>有 {} 个比例</translation>
    </message>
    <message>
        <source>has a scale that is none</source>
        <translation>有一个无效的比例</translation>
    </message>
    <message>
        <source>has values of another shape</source>
        <translation>值的形状不符</translation>
    </message>
    <message>
        <source>has values of type {}</source>
        <translation>值的类型是 {}</translation>
    </message>
    <message>
        <source>holds NaN or infinity</source>
        <translation>含有 NaN 或无穷大</translation>
    </message>
    <message>
        <source>has values that are no {}</source>
        <translation>有的值不是 {}</translation>
    </message>
    <message>
        <source>has {} zero points</source>
        <translation>有 {} 个零点</translation>
    </message>
    <message>
        <source>has a zero point that is no code</source>
        <translation>有一个零点不是编码</translation>
    </message>
    <message>
        <source>has tables of {} values for {} bits</source>
        <translation>{1} 位却有 {0} 个值的表</translation>
    </message>
    <message>
        <source>has tables of {} rows</source>
        <translation>每 {} 行共用一个表</translation>
    </message>
    <message>
        <source>has other tables than its rows need</source>
        <translation>表与各行所需不符</translation>
    </message>
    <message>
        <source>has a table that does not ascend</source>
        <translation>有一个表不是升序</translation>
    </message>
    <message>
        <source>has codes of {} bits</source>
        <translation>编码是 {} 位</translation>
    </message>
    <message>
        <source>has {} codes</source>
        <translation>有 {} 个编码</translation>
    </message>
    <message>
        <source>has a code above its {} bits</source>
        <translation>有超出其 {} 位的编码</translation>
    </message>
    <message>
        <source>has {} rows and {} columns</source>
        <translation>有 {} 行 {} 列</translation>
    </message>
    <message>
        <source>has a mask of another shape</source>
        <translation>掩码的形状不符</translation>
    </message>
    <message>
        <source>has a mask that is none</source>
        <translation>掩码无效</translation>
    </message>
    <message>
        <source>has a value where its mask says no</source>
        <translation>在掩码为零的地方有值</translation>
    </message>
    <message>
        <source>has a kernel that is none</source>
        <translation>卷积核无效</translation>
    </message>
    <message>
        <source>has {} factors</source>
        <translation>有 {} 个因子</translation>
    </message>
    <message>
        <source>has factors that do not fit each other</source>
        <translation>各因子互不匹配</translation>
    </message>
    <message>
        <source>{}: the file of its trained values is not named any more, so they were left out.</source>
        <translation>{}：没有写明训练值所在的文件，因此已略过。</translation>
    </message>
    <message>
        <source>{} cannot be recovered by this model: of its layer {} {}.</source>
        <translation>{} 不能由此模型恢复：关于其层 {}：{}。</translation>
    </message>
    <message>
        <source>there is none</source>
        <translation>文件中没有这一层</translation>
    </message>
    <message>
        <source>the weight cannot be read</source>
        <translation>无法读取权重</translation>
    </message>
    <message>
        <source>the weight has another shape</source>
        <translation>权重的形状不同</translation>
    </message>
    <message>
        <source>The weight of {} in {} holds NaN or infinity.</source>
        <translation>{1} 中 {0} 的权重含有 NaN 或无穷大。</translation>
    </message>
    <message>
        <source>Recovery needs {} samples at least, and there are {}.</source>
        <translation>恢复至少需要 {} 个样本，而这里只有 {} 个。</translation>
    </message>
    <message>
        <source>fitting layer {} of {}</source>
        <translation>正在拟合第 {} 层，共 {} 层</translation>
    </message>
    <message>
        <source>{} is left as it is: {}.</source>
        <translation>{} 保持原样：{}。</translation>
    </message>
    <message>
        <source>The model&apos;s outputs do not belong to samples, so that nothing says whether anything is of use.</source>
        <translation>模型的输出不对应各个样本，因此无法判断任何改动是否有用。</translation>
    </message>
    <message>
        <source>{} is no checkpoint of a training, or it is damaged.</source>
        <translation>{} 不是训练检查点，或已损坏。</translation>
    </message>
    <message>
        <source>{} is the checkpoint of another training: the model, the plan, the data or this program&apos;s version was another one.</source>
        <translation>{} 是另一次训练的检查点：模型、训练计划、数据或程序版本不同。</translation>
    </message>
    <message>
        <source>The gradient of {} is no number.</source>
        <translation>{} 的梯度不是数。</translation>
    </message>
    <message>
        <source>{} gives {} for a sample, and no score for each of some classes: without labels there is no loss that gradients could be of.</source>
        <translation>{} 对一个样本给出 {}，而不是各个类别的得分：没有标签，就没有可以求梯度的损失。</translation>
    </message>
    <message>
        <source>gradients need the package lathe-train, which is not installed</source>
        <translation>梯度需要软件包 lathe-train，而它没有安装</translation>
    </message>
    <message>
        <source>gradients of sample {} of {}</source>
        <translation>第 {} 个样本的梯度，共 {} 个</translation>
    </message>
    <message>
        <source>For {} samples the model gives {}: its graph takes no batches.</source>
        <translation>给 {} 个样本时，模型给出 {}：它的图不能成批计算。</translation>
    </message>
    <message>
        <source>The teacher gives {} values for a sample, the student {}.</source>
        <translation>教师模型对每个样本给出 {} 个值，学生模型给出 {} 个。</translation>
    </message>
    <message>
        <source>Training needs {}, which is not there: install the package lathe-train.</source>
        <translation>训练需要 {}，但未找到：请安装软件包 lathe-train。</translation>
    </message>
    <message>
        <source>Training needs libtorch (in Debian the package {}): {}.</source>
        <translation>训练需要 libtorch（在 Debian 中为软件包 {}）：{}。</translation>
    </message>
    <message>
        <source>{} is none of this program&apos;s.</source>
        <translation>{} 不属于本程序。</translation>
    </message>
    <message>
        <source>There is no network &quot;{}&quot;; take mlp:784-300-100-10 (any sizes), lenet5, lenet5:20-50-500 or resnet20.</source>
        <translation>没有名为“{}”的网络；可用 mlp:784-300-100-10（大小任意）、lenet5、lenet5:20-50-500 或 resnet20。</translation>
    </message>
    <message>
        <source>{} has no output of numbers that training could go by.</source>
        <translation>{} 没有可供训练依据的数值输出。</translation>
    </message>
    <message>
        <source>{} has no constant &quot;{}&quot; of the shape {}.</source>
        <translation>{} 没有名为“{}”、形状为 {} 的常量。</translation>
    </message>
    <message>
        <source>There is no training plan &quot;{}&quot;; there are {}.</source>
        <translation>没有名为“{}”的训练计划；可用的有 {}。</translation>
    </message>
    <message>
        <source>above {}</source>
        <translation>大于 {}</translation>
    </message>
    <message>
        <source>from {}</source>
        <translation>从 {} 起</translation>
    </message>
    <message>
        <source>below {}</source>
        <translation>小于 {}</translation>
    </message>
    <message>
        <source>up to {}</source>
        <translation>至 {}</translation>
    </message>
    <message>
        <source>a whole number {} {}</source>
        <translation>整数（{}，{}）</translation>
    </message>
    <message>
        <source>a number {} {}</source>
        <translation>数（{}，{}）</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>one of {}</source>
        <translation>以下之一：{}</translation>
    </message>
    <message>
        <source>{} needs the key {} with a list of at least one step.</source>
        <translation>{} 需要键 {}，其值为至少含一步的列表。</translation>
    </message>
    <message>
        <source>{}: step {}</source>
        <translation>{}：第 {} 步</translation>
    </message>
    <message>
        <source>{}: there is no key {}; there are {}.</source>
        <translation>{}：没有键 {}；可用的键有 {}。</translation>
    </message>
    <message>
        <source>{}: {} takes {}, not {}.</source>
        <translation>{}：{} 应为{}，而不是 {}。</translation>
    </message>
    <message>
        <source>epochs and steps both say how long it is; give one of them</source>
        <translation>epochs 与 steps 都在说明长度；只给其中一个</translation>
    </message>
    <message>
        <source>losses are all 0, so that there is nothing to learn from</source>
        <translation>losses 全为 0，没有可学的东西</translation>
    </message>
    <message>
        <source>prune: to is below from</source>
        <translation>prune：to 小于 from</translation>
    </message>
    <message>
        <source>prune: epochs is {}, but the step has {}, so that less than to says would be pruned</source>
        <translation>prune：epochs 为 {}，而该步骤只有 {}，剪枝会达不到 to 所要求的比例</translation>
    </message>
    <message>
        <source>Step {} of the plan: prune: epochs is {}, but the step has {:.2f}, so that less than to says would be pruned.</source>
        <translation>计划的第 {} 步：prune：epochs 为 {}，而该步骤只有 {:.2f}，剪枝会达不到 to 所要求的比例。</translation>
    </message>
    <message>
        <source>bias_bits takes 0 for any value, or 2 to 16, not 1</source>
        <translation>bias_bits 取 0(任意值)或 2 到 16,不能是 1</translation>
    </message>
    <message>
        <source>a relative rate is for adam and adamw, not for sgd</source>
        <translation>relative（相对学习率）只用于 adam 和 adamw，不用于 sgd</translation>
    </message>
    <message>
        <source>changes are all false, so that nothing would be trained</source>
        <translation>changes 全为 false，什么也不会被训练</translation>
    </message>
    <message>
        <source>weights that do not change cannot be pruned</source>
        <translation>不变的权重无法剪枝</translation>
    </message>
    <message>
        <source>{} is no training plan of Lathe: the key lathe_plan is missing.</source>
        <translation>{} 不是 Lathe 的训练计划：缺少键 lathe_plan。</translation>
    </message>
    <message>
        <source>{} Recovery without gradients (--without-gradients) needs none.</source>
        <translation>{}不使用梯度的恢复（--without-gradients）不需要梯度。</translation>
    </message>
    <message>
        <source>What goes without gradients took longer than its three fifths of the time, so that not all of it was done.</source>
        <translation>不用梯度的部分超过了所分得的五分之三时间，因此没有全部完成。</translation>
    </message>
    <message>
        <source>No block is trained by itself: {}</source>
        <translation>没有单独训练任何块：{}</translation>
    </message>
    <message>
        <source>For {} samples &quot;{}&quot; is {}: the graph takes no batches.</source>
        <translation>输入 {} 个样本时，“{}”为 {}：该计算图不能成批处理。</translation>
    </message>
    <message>
        <source>block {} of {}</source>
        <translation>第 {} 块，共 {} 块</translation>
    </message>
    <message>
        <source>The plan prunes little by little, but the recipe prunes no layer.</source>
        <translation>训练计划要逐步剪枝，但配方没有对任何层剪枝。</translation>
    </message>
    <message>
        <source>The recipe changes no layer, so there is nothing to recover.</source>
        <translation>配方没有改动任何层，因此没有可恢复的内容。</translation>
    </message>
    <message>
        <source>The teacher {} tells {} classes apart, but {} are named.</source>
        <translation>教师模型 {} 区分 {} 个类别，却列出了 {} 个。</translation>
    </message>
    <message>
        <source>The teacher {} takes an input &quot;{}&quot;, which the model that learns does not have.</source>
        <translation>教师模型 {} 需要输入“{}”，而学习的模型没有它。</translation>
    </message>
    <message>
        <source>The teacher {} takes {} for a sample, but the model that learns is fed {}.</source>
        <translation>教师模型 {} 的每个样本需要 {}，而学习的模型得到的是 {}。</translation>
    </message>
    <message>
        <source>The teacher {} gives {} for {} samples.</source>
        <translation>对 {2} 个样本，教师模型 {0} 给出 {1}。</translation>
    </message>
    <message>
        <source>{} does not name classes: it holds no id2label with names 0, 1, 2, ...</source>
        <translation>{} 没有给出类别名称：其中没有按 0、1、2……编号的 id2label。</translation>
    </message>
    <message>
        <source>There is no class &quot;{}&quot; among the {} that are learned; a class of the teacher that is none of them is &quot;-&quot;.</source>
        <translation>在要学习的 {1} 个类别中没有“{0}”；教师的类别如果不属于其中，请写“-”。</translation>
    </message>
    <message>
        <source>{} names fewer than two of the {} classes that are learned.</source>
        <translation>{} 中列出的类别，属于要学习的 {} 个类别的不到两个。</translation>
    </message>
    <message>
        <source>The batch has no output of the teacher.</source>
        <translation>该批次没有教师模型的输出。</translation>
    </message>
    <message>
        <source>The batch has {} of the teacher&apos;s {} features.</source>
        <translation>该批次有 {} 个教师特征，应有 {} 个。</translation>
    </message>
    <message>
        <source>A mask of {} values is no mask of this weight.</source>
        <translation>含 {} 个值的掩码不适用于此权重。</translation>
    </message>
    <message>
        <source>This weight holds codes, not plain values.</source>
        <translation>此权重存储的是编码，而不是普通数值。</translation>
    </message>
    <message>
        <source>normalization of each place for itself (spatial = 0)</source>
        <translation>逐位置归一化（spatial = 0）</translation>
    </message>
    <message>
        <source>its input {} is left out</source>
        <translation>缺少第 {} 个输入</translation>
    </message>
    <message>
        <source>its input {} is not one number</source>
        <translation>第 {} 个输入不是单个数</translation>
    </message>
    <message>
        <source>axis {} of a tensor of rank {}</source>
        <translation>轴 {} 超出 {} 阶张量的范围</translation>
    </message>
    <message>
        <source>the places of the largest as a second output</source>
        <translation>以最大值的位置作为第二个输出</translation>
    </message>
    <message>
        <source>activation {}</source>
        <translation>激活函数 {}</translation>
    </message>
    <message>
        <source>clip, input_forget or activation_alpha</source>
        <translation>clip、input_forget 或 activation_alpha</translation>
    </message>
    <message>
        <source>coordinates of tf_crop_and_resize</source>
        <translation>tf_crop_and_resize 坐标</translation>
    </message>
    <message>
        <source>The library libblas.so.3, by which libtorch multiplies, computes wrong products on this processor: choose another one with update-alternatives, or other kernels of it with BLIS_ARCH_TYPE or OPENBLAS_CORETYPE.</source>
        <translation>libtorch 用来做乘法的库 libblas.so.3 在此处理器上算出错误的乘积：请用 update-alternatives 选择另一个库，或用 BLIS_ARCH_TYPE 或 OPENBLAS_CORETYPE 选择它的其他内核。</translation>
    </message>
    <message>
        <source>reduction {}</source>
        <translation>归约方式 {}</translation>
    </message>
    <message>
        <source>{} pads for {} axes</source>
        <translation>{} 个填充值对应 {} 个轴</translation>
    </message>
    <message>
        <source>a constant that is sparse or text</source>
        <translation>稀疏常量或文本常量</translation>
    </message>
    <message>
        <source>values of {}</source>
        <translation>{} 类型的值</translation>
    </message>
    <message>
        <source>{} cannot be trained: there is no gradient for {}.</source>
        <translation>{} 无法训练：{} 没有梯度实现。</translation>
    </message>
    <message>
        <source>There is no value &quot;{}&quot; in the model.</source>
        <translation>模型中没有值“{}”。</translation>
    </message>
    <message>
        <source>Training block by block takes {} MB at least, but {} MB are left.</source>
        <translation>逐块训练至少需要 {} MB，但只剩 {} MB。</translation>
    </message>
    <message>
        <source>This cannot be computed for training: {}.</source>
        <translation>这无法在训练中计算：{}。</translation>
    </message>
    <message>
        <source>The output &quot;{}&quot; is {} for a batch, which are no scores of classes.</source>
        <translation>输出“{}”对一批样本给出的形状是 {}，不是各类别的得分。</translation>
    </message>
    <message>
        <source>The node {} ({}) cannot be computed for training: {}.</source>
        <translation>节点 {}（{}）无法在训练中计算：{}。</translation>
    </message>
    <message>
        <source>there is no gradient for its operator</source>
        <translation>该算子没有梯度实现</translation>
    </message>
    <message>
        <source>The gradient cannot be computed: {}.</source>
        <translation>无法计算梯度：{}。</translation>
    </message>
    <message>
        <source>{}: there is no constant &quot;{}&quot; to train.</source>
        <translation>{}：没有可训练的常量“{}”。</translation>
    </message>
    <message>
        <source>The loss is no number any more.</source>
        <translation>损失已不再是有效数值。</translation>
    </message>
    <message>
        <source>The loss is no number any more: {} holds values that are none.</source>
        <translation>损失已不再是有效数值：{} 中含有非数值。</translation>
    </message>
    <message>
        <source>The gradient of {} is no number any more.</source>
        <translation>{} 的梯度已不再是有效数值。</translation>
    </message>
    <message>
        <source>The state is that of another network.</source>
        <translation>该状态属于另一个网络。</translation>
    </message>
    <message>
        <source>This weight is made of factors.</source>
        <translation>此权重由多个因子组成。</translation>
    </message>
    <message>
        <source>Step {} learns from the teacher alone: {}</source>
        <translation>第 {} 步只向教师模型学习：{}</translation>
    </message>
    <message>
        <source>The teacher&apos;s features are {} for a sample, the student&apos;s {}: they have no channels that could be learned.</source>
        <translation>教师模型对一个样本的特征是 {}，学生模型的是 {}：其中没有可以学习的通道。</translation>
    </message>
    <message>
        <source>The plan learns from a teacher, but none is given.</source>
        <translation>训练计划要向教师模型学习，但没有给出教师模型。</translation>
    </message>
    <message>
        <source>reading sample {} of {}</source>
        <translation>正在读取第 {} 个样本，共 {} 个</translation>
    </message>
    <message>
        <source>An image becomes {}, but the model takes {}.</source>
        <translation>图像变为 {}，而模型需要 {}。</translation>
    </message>
    <message>
        <source>{} has no samples to train on.</source>
        <translation>{} 没有可用于训练的样本。</translation>
    </message>
    <message>
        <source>{} has no labels to learn from; give labelled data, or a teacher and a plan whose losses are of distillation alone.</source>
        <translation>{} 没有可学的标签；请给出带标签的数据，或给出教师模型和只含蒸馏损失的训练计划。</translation>
    </message>
    <message>
        <source>{} has the class index {}, but the model tells {} classes apart (0 to {}).</source>
        <translation>{} 含有类别序号 {}，而模型区分 {} 个类别（0 到 {}）。</translation>
    </message>
    <message>
        <source>{} has {} training samples of the class {}, of {} classes that the model tells apart; learning by labels needs {} of each at least.</source>
        <translation>{} 中类别 {2} 只有 {1} 个训练样本，模型共区分 {3} 个类别；按标签学习时每类至少需要 {4} 个。</translation>
    </message>
    <message>
        <source>{} MB are too little to train with: {} MB are taken before it begins; allow {} MB at least.</source>
        <translation>{} MB 不够用于训练：开始之前就已占用 {} MB；请至少允许 {} MB。</translation>
    </message>
    <message>
        <source>Learning from one sample at a time takes {} MB, more than the {} MB that are allowed; allow more, or give a lower resolution in the plan.</source>
        <translation>一次只学习一个样本也需要 {} MB，超过了允许的 {} MB；请放宽限制，或在训练计划中降低分辨率。</translation>
    </message>
    <message>
        <source>{} has no samples left to train on.</source>
        <translation>{} 没有剩下可用于训练的样本。</translation>
    </message>
    <message>
        <source>{} is not there yet, so training begins at the start.</source>
        <translation>{} 还不存在，因此训练从头开始。</translation>
    </message>
    <message>
        <source>Step {} of the plan has one sample in a batch, of which a batch normalization learns nothing; give a larger batch, or leave the statistics as they are.</source>
        <translation>训练计划第 {} 步每批只有一个样本，批归一化从中学不到东西；请增大批大小，或让统计量保持不变。</translation>
    </message>
    <message>
        <source>There is not enough memory to learn from {} samples at a time ({}); give a smaller batch in the plan, or a lower resolution.</source>
        <translation>内存不足以一次学习 {} 个样本（{}）；请在训练计划中减小批大小，或降低分辨率。</translation>
    </message>
    <message>
        <source>There was not enough memory for a batch of {}: it goes on with {}.</source>
        <translation>内存不够处理 {} 个样本的批次：改用 {} 个继续。</translation>
    </message>
    <message>
        <source>{} Training goes on without it.</source>
        <translation>{} 训练继续，但不写它。</translation>
    </message>
    <message>
        <source>The loss has grown from {:.3g} to {:.3g}, most of all by {}</source>
        <translation>损失从 {:.3g} 增大到 {:.3g}，主要由 {} 引起</translation>
    </message>
    <message>
        <source>At update {} in epoch {} of step {} of the plan: {}</source>
        <translation>在训练计划第 {2} 步第 {1} 轮的第 {0} 次更新：{3}</translation>
    </message>
    <message>
        <source>{}; nothing had been learned yet. Give a lower rate, or clip the gradient.</source>
        <translation>{}；此前尚未学到任何东西。请降低学习率，或裁剪梯度。</translation>
    </message>
    <message>
        <source>epoch {} of {}</source>
        <translation>第 {} 轮，共 {} 轮</translation>
    </message>
    <message>
        <source>the trained values</source>
        <translation>训练值</translation>
    </message>
    <message>
        <source>augment: mix makes one image of two, for which there is no one label; set labels of losses to 0</source>
        <translation>augment：mix 把两张图像合成一张，没有单独的标签；请把 losses 的 labels 设为 0</translation>
    </message>
    <message>
        <source>{} sums over them in a product of two computed values</source>
        <translation>{} 在两个计算值的乘积中对其求和</translation>
    </message>
    <message>
        <source>an axis of {} has too many places to tell them apart</source>
        <translation>{} 的一个轴位置过多，无法逐一区分</translation>
    </message>
    <message>
        <source>following the channels</source>
        <translation>正在跟踪通道</translation>
    </message>
    <message>
        <source>{} is stored as a sparse tensor</source>
        <translation>{} 以稀疏张量存储</translation>
    </message>
    <message>
        <source>the shape of {} is known only when the model runs</source>
        <translation>{} 的形状只有在模型运行时才知道</translation>
    </message>
    <message>
        <source>{} computes with how many there are</source>
        <translation>{} 用其数目参与计算</translation>
    </message>
    <message>
        <source>{} reads it inside of its own graphs ({})</source>
        <translation>{} 在其内部的图中读取它（{}）</translation>
    </message>
    <message>
        <source>{} is an operator that is not understood here ({})</source>
        <translation>{} 是此处不认识的算子（{}）</translation>
    </message>
    <message>
        <source>{} has axes of too many places to tell them apart</source>
        <translation>{} 的轴位置过多，无法逐一区分</translation>
    </message>
    <message>
        <source>{} cannot be followed ({})</source>
        <translation>无法跟踪 {}（{}）</translation>
    </message>
    <message>
        <source>the input {}</source>
        <translation>输入 {}</translation>
    </message>
    <message>
        <source>the output {}</source>
        <translation>输出 {}</translation>
    </message>
    <message>
        <source>what they are part of has to stay</source>
        <translation>其所属的部分必须保留</translation>
    </message>
    <message>
        <source>they are part of {}</source>
        <translation>它们属于{}</translation>
    </message>
    <message>
        <source>{} joins them with {}</source>
        <translation>{} 将它们与{}连在一起</translation>
    </message>
    <message>
        <source>{} joins them with others, and {}</source>
        <translation>{} 将它们与其他通道连在一起，而 {}</translation>
    </message>
    <message>
        <source>{} adds them up one after the other</source>
        <translation>{} 将它们依次累加</translation>
    </message>
    <message>
        <source>{} sorts them and tells their places</source>
        <translation>{} 对它们排序并给出其位置</translation>
    </message>
    <message>
        <source>{} tells by their places which is the extreme</source>
        <translation>{} 以其位置指出哪一个是极值</translation>
    </message>
    <message>
        <source>all of them hang together: nothing of {} would be left</source>
        <translation>它们全部相互关联：{} 将什么也不剩</translation>
    </message>
    <message>
        <source>nothing of {} would be left</source>
        <translation>{} 将什么也不剩</translation>
    </message>
    <message>
        <source>finding groups of channels</source>
        <translation>正在查找通道组</translation>
    </message>
    <message>
        <source>it stands in a graph inside of a node</source>
        <translation>它位于某个节点内部的图中</translation>
    </message>
    <message>
        <source>{} lays it out in one axis with others</source>
        <translation>{} 将它与其他轴并排放入同一个轴</translation>
    </message>
    <message>
        <source>{} slides over it</source>
        <translation>{} 在其上滑动</translation>
    </message>
    <message>
        <source>{} has a weight that is computed when the model runs</source>
        <translation>{} 的权重在模型运行时才计算</translation>
    </message>
    <message>
        <source>it is the kernel of {}</source>
        <translation>它是 {} 的卷积核</translation>
    </message>
    <message>
        <source>{} makes as many of each channel</source>
        <translation>{} 由每个通道生成同样多的通道</translation>
    </message>
    <message>
        <source>{} has a direction for each</source>
        <translation>{} 对每一个各有一个方向</translation>
    </message>
    <message>
        <source>{} goes along it step by step</source>
        <translation>{} 沿其逐步进行</translation>
    </message>
    <message>
        <source>{} spreads them over several axes</source>
        <translation>{} 将它们分布到多个轴上</translation>
    </message>
    <message>
        <source>{} chooses among them by what is computed</source>
        <translation>{} 根据计算结果从中选取</translation>
    </message>
    <message>
        <source>{} takes one of them by its place</source>
        <translation>{} 按位置取其中之一</translation>
    </message>
    <message>
        <source>{} cuts them across</source>
        <translation>{} 将它们从中间切开</translation>
    </message>
    <message>
        <source>{} repeats the outer ones of them</source>
        <translation>{} 重复其中靠外的部分</translation>
    </message>
    <message>
        <source>{} repeats the same along it</source>
        <translation>{} 沿其重复相同的内容</translation>
    </message>
    <message>
        <source>{} mixes it with channels</source>
        <translation>{} 将它与通道混合</translation>
    </message>
    <message>
        <source>{} changes how many there are</source>
        <translation>{} 改变其数目</translation>
    </message>
    <message>
        <source>{} tells places counted over all channels</source>
        <translation>{} 给出跨所有通道计数的位置</translation>
    </message>
    <message>
        <source>{} normalizes over all of them together</source>
        <translation>{} 对它们全体一起归一化</translation>
    </message>
    <message>
        <source>{} normalizes along it</source>
        <translation>{} 沿其归一化</translation>
    </message>
    <message>
        <source>{} normalizes along several axes</source>
        <translation>{} 沿多个轴归一化</translation>
    </message>
    <message>
        <source>{} weighs them against each other</source>
        <translation>{} 将它们相互权衡</translation>
    </message>
    <message>
        <source>{} makes one number of all channels</source>
        <translation>{} 将所有通道合为一个数</translation>
    </message>
    <message>
        <source>{} takes one scale from all of them</source>
        <translation>{} 由它们全体得出一个缩放系数</translation>
    </message>
    <message>
        <source>{} has a scale for each block of them</source>
        <translation>{} 对其每一块有一个缩放系数</translation>
    </message>
    <message>
        <source>{} joins axes of different lengths</source>
        <translation>{} 连接了长度不同的轴</translation>
    </message>
    <message>
        <source>{} makes something else than zero of zero</source>
        <translation>{} 会把零变成非零</translation>
    </message>
    <message>
        <source>The channels of {} are 0 to {}, not {}.</source>
        <translation>{} 的通道是 0 到 {}，没有 {}。</translation>
    </message>
    <message>
        <source>Channel {} of {} has to stay: {}.</source>
        <translation>通道 {}（{}）必须保留：{}。</translation>
    </message>
    <message>
        <source>Without these channels of {} nothing of {} would be left.</source>
        <translation>去掉 {} 的这些通道后，{} 将什么也不剩。</translation>
    </message>
    <message>
        <source>{} holds several numbers in a byte: channels of it cannot be removed.</source>
        <translation>{} 在一个字节中存放多个数，无法移除其通道。</translation>
    </message>
    <message>
        <source>Nothing rewrites {} of {}.</source>
        <translation>没有办法改写 {}（{}）。</translation>
    </message>
    <message>
        <source>{} takes channels at one distance, which they would no longer have.</source>
        <translation>{} 按固定间隔取通道，移除后间隔不再相同。</translation>
    </message>
    <message>
        <source>`{}` has no channels that could be measured: it is {} {}.</source>
        <translation>`{}` 没有可测量的通道：它是 {} {}。</translation>
    </message>
    <message>
        <source>`{}` has another number of channels for each sample.</source>
        <translation>`{}` 对每个样本的通道数都不同。</translation>
    </message>
    <message>
        <source>`{}` holds NaN or infinity on the samples.</source>
        <translation>`{}` 在这些样本上含有 NaN 或无穷大。</translation>
    </message>
    <message>
        <source>measuring channels, sample {} of {}</source>
        <translation>正在测量通道，第 {} 个样本，共 {} 个</translation>
    </message>
    <message>
        <source>equals the original that ignores what was removed</source>
        <translation>与忽略被去掉部分的原模型相同</translation>
    </message>
    <message>
        <source>`{}` has no channels that could go.</source>
        <translation>`{}` 没有可以去掉的通道。</translation>
    </message>
    <message>
        <source>No channel of `{}` can go: {}.</source>
        <translation>`{}` 的通道都不能去掉：{}。</translation>
    </message>
    <message>
        <source>Nothing of `{}` goes: {} of its {} channels would, but of those that stay at least {} and a multiple of {} have to.</source>
        <translation>`{}` 没有去掉任何通道：本应去掉 {} 个（共 {} 个），但至少要保留 {} 个，且须为 {} 的倍数。</translation>
    </message>
    <message>
        <source>Nothing of `{}` goes: the ratio {} is less than one of the {} channels that can.</source>
        <translation>`{}` 没有去掉任何通道：比例 {} 不足可去掉的 {} 个通道中的一个。</translation>
    </message>
    <message>
        <source>Nothing of `{}` goes: {} of its channels shall stay, but it has {}.</source>
        <translation>`{}` 没有去掉任何通道：要保留 {} 个通道，而它只有 {} 个。</translation>
    </message>
    <message>
        <source>{} channels of `{}` stay instead of {}, for the others cannot go: {}.</source>
        <translation>{} 个通道（`{}`）保留，而不是 {} 个，因为其余的不能去掉：{}。</translation>
    </message>
    <message>
        <source>something has to be left</source>
        <translation>总要留下一些</translation>
    </message>
    <message>
        <source>Nothing of `{}` goes: a multiple of {} shall stay, but it has only {} channels.</source>
        <translation>`{}` 没有去掉任何通道：要保留 {} 的倍数，而它只有 {} 个通道。</translation>
    </message>
    <message>
        <source>Nothing of `{}` goes: at least {} of its {} channels shall stay.</source>
        <translation>`{}` 没有去掉任何通道：至少要保留 {} 个（共 {} 个）。</translation>
    </message>
    <message>
        <source>its columns are not what it sums over</source>
        <translation>它求和的不是这些列</translation>
    </message>
    <message>
        <source>its weight is not one constant</source>
        <translation>它的权重不是单个常量</translation>
    </message>
    <message>
        <source>{} does not make up for channels that go: {}.</source>
        <translation>{} 不弥补去掉的通道：{}。</translation>
    </message>
    <message>
        <source>{} is too wide to make up for channels by other than its bias.</source>
        <translation>{} 太宽，只能用偏置弥补去掉的通道。</translation>
    </message>
    <message>
        <source>{} is too wide to make up for channels that go.</source>
        <translation>{} 太宽，无法弥补去掉的通道。</translation>
    </message>
    <message>
        <source>a layer that shares its weight has no bias</source>
        <translation>与它共用权重的层没有偏置</translation>
    </message>
    <message>
        <source>no normalization says what it gets on average</source>
        <translation>没有归一化能说明它平均得到什么</translation>
    </message>
    <message>
        <source>There are {} groups of channels, not {}.</source>
        <translation>通道组有 {} 个，而不是 {} 个。</translation>
    </message>
    <message>
        <source>Layers make up for removed channels by calibration data only when there are some.</source>
        <translation>只有在有校准数据时，各层才能据此弥补去掉的通道。</translation>
    </message>
    <message>
        <source>scoring channels</source>
        <translation>正在为通道评分</translation>
    </message>
    <message>
        <source>The channels of `{}` are chosen by the L2 norm instead of {}: {}.</source>
        <translation>`{}` 的通道改按 L2 范数选择，而不是按{}：{}。</translation>
    </message>
    <message>
        <source>there are no calibration data</source>
        <translation>没有校准数据</translation>
    </message>
    <message>
        <source>what layers read of them cannot be measured</source>
        <translation>无法测量各层从中读取的内容</translation>
    </message>
    <message>
        <source>no layer makes them whose weights can be read</source>
        <translation>产生它们的层的权重都无法读取</translation>
    </message>
    <message>
        <source>{} has no gradients, for {}</source>
        <translation>{} 没有梯度，因为{}</translation>
    </message>
    <message>
        <source>The statistics of its inputs are not those of numbers.</source>
        <translation>其输入的统计量不是数值。</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>乘加次数</translation>
    </message>
    <message>
        <source>bytes of the weights</source>
        <translation>权重字节数</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>choosing channels to remove</source>
        <translation>正在选择要去掉的通道</translation>
    </message>
    <message>
        <source>The channels that can go leave {:.1f} % of the model&apos;s {} at least, not {:.1f} %: ask for more, or let channels of more layers go.</source>
        <translation>可去掉的通道最少也会留下 {:.1f} %（模型的{}），达不到 {:.1f} %：请把目标放宽，或让更多层的通道可以去掉。</translation>
    </message>
    <message>
        <source>MACs of the model are not known, so channels cannot go by them: ask for a ratio or for bytes.</source>
        <translation>模型的乘加次数未知，因此不能据此去掉通道：请改用比例或字节数。</translation>
    </message>
    <message>
        <source>looking for channels that give nothing</source>
        <translation>正在查找没有贡献的通道</translation>
    </message>
    <message>
        <source>its bias is not one stored constant</source>
        <translation>它的偏置不是单个存储的常量</translation>
    </message>
    <message>
        <source>it multiplies its bias by zero</source>
        <translation>它把偏置乘以零</translation>
    </message>
    <message>
        <source>no bias is added to its output</source>
        <translation>它的输出没有加偏置</translation>
    </message>
    <message>
        <source>no layer reads them whose inputs could be measured</source>
        <translation>读取它们的层的输入都无法测量</translation>
    </message>
    <message>
        <source>of the inputs of {} nothing is known, for {}</source>
        <translation>对 {} 的输入一无所知，因为{}</translation>
    </message>
    <message>
        <source>ordering the channels of {}</source>
        <translation>正在为 {} 的通道排序</translation>
    </message>
    <message>
        <source>measuring what channels of {} take</source>
        <translation>正在测量 {} 的通道所需的时间</translation>
    </message>
    <message>
        <source>Nothing measures the time that the model takes: ask for a share of its MACs instead.</source>
        <translation>无法测量模型所需的时间：请改为指定乘加次数的占比。</translation>
    </message>
    <message>
        <source>no normalization with scales of its own takes them all</source>
        <translation>没有自带缩放因子的归一化接收全部通道</translation>
    </message>
    <message>
        <source>{} loses no channels: {} has to change with it, and is kept as it is.</source>
        <translation>{} 不去掉通道：{} 必须随之改变，而它保持原样。</translation>
    </message>
    <message>
        <source>{} shares its channels with {} and follows the settings of that layer.</source>
        <translation>{} 与 {} 共用通道，按该层的设置处理。</translation>
    </message>
    <message>
        <source>{} makes no channels that can be followed, and keeps its width.</source>
        <translation>{} 产生的通道无法跟踪，保持原有宽度。</translation>
    </message>
    <message>
        <source>The trained values do not belong to this model: they are of one with other channels.</source>
        <translation>训练得到的值不属于此模型：它们来自通道不同的模型。</translation>
    </message>
    <message>
        <source>what becomes of its outputs cannot be followed</source>
        <translation>无法跟踪其输出的去向</translation>
    </message>
    <message>
        <source>{} stays: {}.</source>
        <translation>{} 保留：{}。</translation>
    </message>
    <message>
        <source>The block of {} stays: {} is in it, and is kept as it is.</source>
        <translation>{} 所在的块保留：其中的 {} 保持原样。</translation>
    </message>
    <message>
        <source>no channels go: {}</source>
        <translation>没有去掉通道：{}</translation>
    </message>
    <message>
        <source>its block stays: {}</source>
        <translation>它所在的块保留：{}</translation>
    </message>
    <message>
        <source>What layers get in a model with fewer channels cannot be measured on {}.</source>
        <translation>无法在{}上测量通道较少的模型中各层的输入。</translation>
    </message>
    <message>
        <source>What {} says of its channels ({}) cannot be read.</source>
        <translation>无法读取 {} 中关于通道的说明（{}）。</translation>
    </message>
    <message>
        <source>it went with its block</source>
        <translation>它随所在的块一起去掉了</translation>
    </message>
    <message>
        <source>macs, bytes or latency with the share that stays, as macs:50%</source>
        <translation>macs、bytes 或 latency 以及保留的占比，如 macs:50%</translation>
    </message>
    <message>
        <source>a whole number from 1 to 1024, or auto</source>
        <translation>1 到 1024 的整数，或 auto</translation>
    </message>
    <message>
        <source>{}: channels takes one of the keys ratio, keep and budget, not several.</source>
        <translation>{}：channels 只能使用 ratio、keep 和 budget 中的一个键，不能同时使用几个。</translation>
    </message>
    <message>
        <source>a whole number from 1 to {}</source>
        <translation>1 到 {} 的整数</translation>
    </message>
    <message>
        <source>channels, channels.keep and channels.budget say how many channels stay in three ways; a rule takes one of them.</source>
        <translation>channels、channels.keep 和 channels.budget 是说明保留多少通道的三种方式；一条规则只用其中一种。</translation>
    </message>
    <message>
        <source>channels for {:.4g} % of the MACs</source>
        <translation>通道减至乘加次数的 {:.4g} %</translation>
    </message>
    <message>
        <source>channels for {:.4g} % of the bytes</source>
        <translation>通道减至字节数的 {:.4g} %</translation>
    </message>
    <message>
        <source>channels for {:.4g} % of the time</source>
        <translation>通道减至时间的 {:.4g} %</translation>
    </message>
    <message>
        <source>{:.4g} % of the channels merged</source>
        <translation>合并 {:.4g} % 的通道</translation>
    </message>
    <message>
        <source>{:.4g} % of the channels removed</source>
        <translation>去掉 {:.4g} % 的通道</translation>
    </message>
    <message>
        <source>{} channels</source>
        <translation>{} 个通道</translation>
    </message>
    <message>
        <source>refitted</source>
        <translation>已重新拟合</translation>
    </message>
    <message>
        <source>block dropped</source>
        <translation>去掉所在的块</translation>
    </message>
    <message>
        <source>no output of the model depends on it</source>
        <translation>模型的输出都不依赖它</translation>
    </message>
    <message>
        <source>the shape of its output is known only when the model runs</source>
        <translation>其输出的形状在模型运行时才知道</translation>
    </message>
    <message>
        <source>what has the shape of its output before it is passed by on other ways</source>
        <translation>在它之前与其输出形状相同的值还有绕过它的其他通路</translation>
    </message>
    <message>
        <source>its output has another shape than anything before it</source>
        <translation>其输出的形状与之前的任何值都不同</translation>
    </message>
    <message>
        <source>{} holds codes, which have no mean</source>
        <translation>{} 存放的是编码，没有平均值</translation>
    </message>
    <message>
        <source>{} is one of several constants that a weight is computed from</source>
        <translation>{} 是计算权重所用的几个常量之一</translation>
    </message>
    <message>
        <source>{} makes them of the same numbers that others read them by</source>
        <translation>{} 产生它们所用的数与其他层读取它们所用的数相同</translation>
    </message>
    <message>
        <source>Channels of {} cannot be merged: {}.</source>
        <translation>{} 的通道不能合并：{}。</translation>
    </message>
    <message>
        <source>At least {} channels of {} have to stay, not {}.</source>
        <translation>至少要保留 {} 个通道（{}），而不是 {} 个。</translation>
    </message>
    <message>
        <source>There is no block {}: the model has {}.</source>
        <translation>没有第 {} 个块：模型有 {} 个。</translation>
    </message>
    <message>
        <source>in whole blocks</source>
        <translation>按整块</translation>
    </message>
    <message>
        <source>in multiples of {}</source>
        <translation>按 {} 的倍数</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>剩余</translation>
    </message>
    <message>
        <source>OpenCV does not read constants without elements</source>
        <translation>OpenCV 不读取没有元素的常量</translation>
    </message>
    <message>
        <source>Which channels go was decided on the machine that made it: the weights unpack to those the file was written with, SHA-256 {}.</source>
        <translation>去掉哪些通道是在生成它的机器上决定的：权重解包后与写入文件时的一致，SHA-256 {}。</translation>
    </message>
    <message>
        <source>Channels of {} are not merged: {}.</source>
        <translation>{} 的通道不合并：{}。</translation>
    </message>
    <message>
        <source>The trained values are of a model that lost {} channels of {}, and the recipe takes {}: use the recipe that they were trained with, or recover anew.</source>
        <translation>训练得到的值属于去掉了 {1} 的 {0} 个通道的模型，而配方要去掉 {2} 个：请使用训练时的配方，或重新恢复。</translation>
    </message>
    <message>
        <source>{} cuts another axis by how many there are</source>
        <translation>{} 按通道数截取另一个轴</translation>
    </message>
    <message>
        <source>The channels that the file says it lacks ({}) are not those of a model like {}.</source>
        <translation>文件所说缺少的通道（{}）不属于 {} 这样的模型。</translation>
    </message>
    <message>
        <source>{} goes with its block</source>
        <translation>{} 随其块一起去掉</translation>
    </message>
    <message>
        <source>Largest relative difference of the outputs {:.2g}, on {}: rounding, by which the original itself moves {:.2g} without optimizations.</source>
        <translation>输出的最大相对差异为 {:.2g}（{}）：属于舍入误差，原始模型自身关闭优化后也会变化 {:.2g}。</translation>
    </message>
    <message>
        <source>The model lacks channels or blocks in a way that its layers cannot be held against the original&apos;s one by one: only its normalizations are measured again here.</source>
        <translation>模型缺少的通道或块使其各层无法与原始模型逐层对照：此处只重新测量其归一化统计量。</translation>
    </message>
    <message>
        <source>The outputs on {} are rounding alone and tell nothing: the original itself moves by {:.2g} of the largest without optimizations.</source>
        <translation>在 {} 上的输出只是舍入误差，说明不了什么：原始模型自身关闭优化后变化达最大值的 {:.2g}。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::AboutDialog</name>
    <message>
        <source>About Lathe</source>
        <translation>关于 Lathe</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Lathe %1&lt;/h3&gt;&lt;p&gt;Turns a neural network down to size.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Lathe %1&lt;/h3&gt;&lt;p&gt;把神经网络车削到合适的大小。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Measures with %1. Built with Qt %2.

Free software under the GNU General Public License, version 3 or later. It comes with no warranty.</source>
        <translation>测量使用 %1，基于 Qt %2 构建。

自由软件，采用 GNU 通用公共许可证第 3 版或更新版本，不提供任何担保。</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Filter the layers by name</source>
        <translation>按名称筛选层</translation>
    </message>
    <message>
        <source>Up, Down</source>
        <translation>上、下方向键</translation>
    </message>
    <message>
        <source>The layer above or below; the charts follow</source>
        <translation>上一层或下一层，图表随之变化</translation>
    </message>
    <message>
        <source>Shift or Ctrl and click</source>
        <translation>按住 Shift 或 Ctrl 单击</translation>
    </message>
    <message>
        <source>Selects several layers; a change applies to all of them</source>
        <translation>选中多个层，改动对它们全部生效</translation>
    </message>
    <message>
        <source>Left, Right on a slider</source>
        <translation>滑块上的左、右方向键</translation>
    </message>
    <message>
        <source>One step; Page Up and Page Down take larger ones</source>
        <translation>移动一步；Page Up 和 Page Down 移动更大的步长</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab、Shift+Tab</translation>
    </message>
    <message>
        <source>The next or the previous control</source>
        <translation>下一个或上一个控件</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CalibrationDialog</name>
    <message>
        <source>One &amp;half of the data set</source>
        <translation>数据集的一半(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Other data</source>
        <translation>其他数据(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>浏览(&amp;B)…</translation>
    </message>
    <message>
        <source>Calibration data</source>
        <translation>校准数据</translation>
    </message>
    <message>
        <source>Up to %1 samples of one half, which holds as many of each class as the other. Recipes that use them are measured on the other half only.</source>
        <translation>最多取其中一半的 %1 个样本；两半中各类别的样本数相同。用到校准数据的配方只在另一半上测量。</translation>
    </message>
    <message>
        <source>Up to %1 samples of another folder, or of a part of one (FOLDER:train). All of the data set is measured on.</source>
        <translation>最多取另一个文件夹或其某一部分（FOLDER:train）的 %1 个样本，整个数据集都用于测量。</translation>
    </message>
    <message>
        <source>Folder of calibration data</source>
        <translation>校准数据文件夹</translation>
    </message>
    <message>
        <source>FOLDER or FOLDER:PART</source>
        <translation>文件夹 或 文件夹:部分</translation>
    </message>
    <message>
        <source>&amp;Use</source>
        <translation>使用(&amp;U)</translation>
    </message>
    <message>
        <source>Some methods (Wanda, OBS, GPTQ, factors and clusters fitted to data, bias correction, renormalize) look at what goes through a layer. They need samples, without labels, that accuracy is not measured on.</source>
        <translation>有些方法（Wanda、OBS、GPTQ、按数据拟合的因子与聚类、偏置校正、重新归一化）要参考流经层的数据。它们需要一些不用于测量准确率的样本，无需标签。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Callout</name>
    <message>
        <source>End the tour (Esc)</source>
        <translation>结束导览 (Esc)</translation>
    </message>
    <message>
        <source>End the tour</source>
        <translation>结束导览</translation>
    </message>
    <message>
        <source>&amp;Done</source>
        <translation>完成(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>下一步(&amp;N)</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChangeLegend</name>
    <message>
        <source>Marks of the graph</source>
        <translation>计算图的标记</translation>
    </message>
    <message>
        <source>Nodes without a mark are as in the original.</source>
        <translation>没有标记的节点与原模型相同。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelChart</name>
    <message>
        <source>CHANNELS</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Select a layer to see what its channels are worth.</source>
        <translation>选择一层以查看其通道的价值。</translation>
    </message>
    <message>
        <source>channels, those that go first on the left</source>
        <translation>通道，最先去掉的在左</translation>
    </message>
    <message>
        <source>%1 of %2 channels go</source>
        <translation>去掉 %1 个，共 %2 个通道</translation>
    </message>
    <message>
        <source>Channels that go</source>
        <translation>去掉的通道</translation>
    </message>
    <message>
        <source>What the layer&apos;s channels are worth</source>
        <translation>该层通道的价值</translation>
    </message>
    <message>
        <source>Drag the line, or use the arrow keys, to choose how many channels go. Ctrl and the arrow keys tell of each channel.</source>
        <translation>拖动竖线或使用方向键选择去掉多少通道。Ctrl 加方向键可逐个查看通道。</translation>
    </message>
    <message>
        <source>%1 of %2 merged into others</source>
        <translation>%1 个并入其他通道，共 %2 个</translation>
    </message>
    <message>
        <source>%1 of %2 go</source>
        <translation>去掉 %1 个，共 %2 个</translation>
    </message>
    <message>
        <source>drag to remove channels</source>
        <translation>拖动以去掉通道</translation>
    </message>
    <message numerus="yes">
        <source>%n have to stay</source>
        <translation>
            <numerusform>%n 个必须保留</numerusform>
        </translation>
    </message>
    <message>
        <source>channel %1</source>
        <translation>通道 %1</translation>
    </message>
    <message>
        <source>worth %1, %2 MACs</source>
        <translation>价值 %1，%2 次乘加</translation>
    </message>
    <message>
        <source>has to stay: %1</source>
        <translation>必须保留：%1</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>merged into others</source>
        <translation>并入其他通道</translation>
    </message>
    <message>
        <source>goes</source>
        <translation>去掉</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelDesk</name>
    <message>
        <source>Scoring channels</source>
        <translation>为通道评分</translation>
    </message>
    <message>
        <source>Select one layer to see what its channels are worth.</source>
        <translation>选择一个层以查看其通道的价值。</translation>
    </message>
    <message>
        <source>The channels of this model cannot be followed: %1</source>
        <translation>无法跟踪此模型的通道：%1</translation>
    </message>
    <message>
        <source>The channels are being looked for.</source>
        <translation>正在查找通道。</translation>
    </message>
    <message>
        <source>No channels of %1 can go: %2.</source>
        <translation>%1 的通道都不能去掉：%2。</translation>
    </message>
    <message>
        <source>What the channels are worth is being worked out.</source>
        <translation>正在计算通道的价值。</translation>
    </message>
    <message numerus="yes">
        <source>%1 with %n other layer(s)</source>
        <translation>
            <numerusform>%1 与其他 %n 层</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelLegend</name>
    <message>
        <source>Marks of channels</source>
        <translation>通道标记</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChannelLight</name>
    <message numerus="yes">
        <source>%n have to stay: %1</source>
        <translation>
            <numerusform>%n 个必须保留：%1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 channels of %2 go together with %n other layer(s)</source>
        <translation>
            <numerusform>%2 的 %1 个通道与其他 %n 层一起变动</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) of %1</source>
        <translation>
            <numerusform>%1 的 %n 个通道</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>; read by %n</source>
        <translation>
            <numerusform>；被 %n 层读取</numerusform>
        </translation>
    </message>
    <message>
        <source>; all have to stay: %1</source>
        <translation>；全部必须保留：%1</translation>
    </message>
    <message numerus="yes">
        <source>; %n have to stay: %1</source>
        <translation>
            <numerusform>；%n 个必须保留：%1</numerusform>
        </translation>
    </message>
    <message>
        <source>makes the channels</source>
        <translation>产生通道</translation>
    </message>
    <message>
        <source>reads them</source>
        <translation>读取通道</translation>
    </message>
    <message>
        <source>passes them on</source>
        <translation>传递通道</translation>
    </message>
    <message>
        <source>they have to stay</source>
        <translation>必须保留</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChartEdits</name>
    <message>
        <source>%1 zero, in its factors</source>
        <translation>因子中 %1 置零</translation>
    </message>
    <message>
        <source>%1 zero over all layers that share the threshold</source>
        <translation>共用阈值的各层合计 %1 置零</translation>
    </message>
    <message>
        <source>%1 zero, chosen by %2</source>
        <translation>%1 置零，由 %2 选出</translation>
    </message>
    <message>
        <source>%1 zero, in blocks of %2×%3</source>
        <translation>%1 置零，按 %2×%3 的块</translation>
    </message>
    <message>
        <source>None of these layers can be changed.</source>
        <translation>这些层都不能改动。</translation>
    </message>
    <message>
        <source>This layer is kept as it is.</source>
        <translation>此层保持原样。</translation>
    </message>
    <message>
        <source>This layer cannot be compressed: %1</source>
        <translation>此层无法压缩：%1</translation>
    </message>
    <message>
        <source>This layer shares the weight of %1: change it there.</source>
        <translation>此层与 %1 共用权重：请在那里改动。</translation>
    </message>
    <message>
        <source>%1 zero in each layer</source>
        <translation>每一层 %1 置零</translation>
    </message>
    <message>
        <source>%1:%2 says how many weights go.</source>
        <translation>置零多少由 %1:%2 决定。</translation>
    </message>
    <message>
        <source>Their patterns say how many weights go.</source>
        <translation>置零多少由它们的模式决定。</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Pruning of %1 layers</source>
        <translation>%1 个层的剪枝</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>No rank for this layer: %1</source>
        <translation>此层没有秩可选：%1</translation>
    </message>
    <message>
        <source>Rank → %1</source>
        <translation>秩 → %1</translation>
    </message>
    <message>
        <source>Rank of %1 layers → %2 of break-even</source>
        <translation>%1 个层的秩 → 平衡点的 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) stay, as the recipe counts them.</source>
        <translation>
            <numerusform>按方案计数，保留 %n 个通道。</numerusform>
        </translation>
    </message>
    <message>
        <source>A budget over the model says how many go.</source>
        <translation>由整个模型的预算决定去掉多少。</translation>
    </message>
    <message>
        <source>Channels → %1</source>
        <translation>通道 → %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChartPages</name>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChartPanel</name>
    <message>
        <source>PNG image (*.png)</source>
        <translation>PNG 图像 (*.png)</translation>
    </message>
    <message>
        <source>The image could not be written to %1: %2.</source>
        <translation>无法将图像写入 %1：%2。</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG 矢量图 (*.svg)</translation>
    </message>
    <message>
        <source>Copy data as CSV</source>
        <translation>复制数据为 CSV</translation>
    </message>
    <message>
        <source>Copy image</source>
        <translation>复制图像</translation>
    </message>
    <message>
        <source>Save image…</source>
        <translation>保存图像…</translation>
    </message>
    <message>
        <source>Save image</source>
        <translation>保存图像</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ChoiceBox</name>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>Not for this layer: %1.</source>
        <translation>不适用于此层：%1。</translation>
    </message>
    <message>
        <source>Not for %1 of the %2 layers: %3.</source>
        <translation>不适用于其中 %1 层（共 %2 层）：%3。</translation>
    </message>
    <message>
        <source>Needs calibration data.</source>
        <translation>需要校准数据。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CloseQuestion</name>
    <message>
        <source>%1, %2 done</source>
        <translation>%1，已完成 %2</translation>
    </message>
    <message>
        <source>Lathe</source>
        <translation>Lathe</translation>
    </message>
    <message>
        <source>&amp;Keep working</source>
        <translation>继续工作(&amp;K)</translation>
    </message>
    <message>
        <source>A job is still running.</source>
        <translation>仍有一项任务在运行。</translation>
    </message>
    <message>
        <source>%1 jobs are still running.</source>
        <translation>仍有 %1 项任务在运行。</translation>
    </message>
    <message>
        <source>&amp;Stop it and close</source>
        <translation>停止并关闭(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Stop them and close</source>
        <translation>全部停止并关闭(&amp;S)</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1。%2</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ColumnFit</name>
    <message>
        <source>The most telling columns, as many as there is room for</source>
        <translation>按宽度显示最能说明问题的列</translation>
    </message>
    <message>
        <source>Those that fit</source>
        <translation>自动选取</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareClasses</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Accuracy of each class</source>
        <translation>各类别的准确率</translation>
    </message>
    <message>
        <source>Share of each class that is right; the largest difference first</source>
        <translation>每个类别判对的比例，差异最大的在前</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareConfusions</name>
    <message>
        <source>True class</source>
        <translation>真实类别</translation>
    </message>
    <message>
        <source>Given class</source>
        <translation>预测类别</translation>
    </message>
    <message>
        <source>Confusions that became more or less frequent</source>
        <translation>增多或减少的混淆</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>&amp;Variant</source>
        <translation>变体(&amp;V)</translation>
    </message>
    <message>
        <source>Against the baseline; green is for the better</source>
        <translation>与基线相比；绿色表示变好</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareLayerModel</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>error %1</source>
        <translation>误差 %1</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareLayers</name>
    <message>
        <source>Only layers that &amp;differ</source>
        <translation>仅显示有差异的层(&amp;D)</translation>
    </message>
    <message>
        <source>Layers of the compared variants</source>
        <translation>所比较变体的各层</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareSamples</name>
    <message>
        <source>Changed (%1)</source>
        <translation>有变化（%1）</translation>
    </message>
    <message>
        <source>Broken (%1)</source>
        <translation>变错（%1）</translation>
    </message>
    <message>
        <source>Mended (%1)</source>
        <translation>变对（%1）</translation>
    </message>
    <message>
        <source>All (%1)</source>
        <translation>全部（%1）</translation>
    </message>
    <message>
        <source>Samples that do not get the same class from all of them</source>
        <translation>各变体给出类别不一致的样本</translation>
    </message>
    <message>
        <source>Right in the baseline, wrong in one of the variants</source>
        <translation>基线正确，某个变体错误</translation>
    </message>
    <message>
        <source>Wrong in the baseline, right in one of the variants</source>
        <translation>基线错误，某个变体正确</translation>
    </message>
    <message>
        <source>Every sample</source>
        <translation>所有样本</translation>
    </message>
    <message>
        <source>All samples get the same class from all of them.</source>
        <translation>所有样本从各模型得到的类别都相同。</translation>
    </message>
    <message>
        <source>No sample that the baseline gets right becomes wrong.</source>
        <translation>基线判断正确的样本没有变错的。</translation>
    </message>
    <message>
        <source>No sample that the baseline gets wrong becomes right.</source>
        <translation>基线判断错误的样本没有变对的。</translation>
    </message>
    <message>
        <source>No sample has run yet.</source>
        <translation>尚未运行任何样本。</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>复制为 CSV</translation>
    </message>
    <message>
        <source>Copy the listed samples with all answers and probabilities</source>
        <translation>复制列出的样本，连同所有判断和概率</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareTotals</name>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Difference, points</source>
        <translation>差值（百分点）</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>压缩比</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MAC</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Latency of one sample</source>
        <translation>单样本延迟</translation>
    </message>
    <message>
        <source>Signal to noise of the outputs</source>
        <translation>输出信噪比</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>Other answers</source>
        <translation>判断不同</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Broken / mended</source>
        <translation>变错 / 变对</translation>
    </message>
    <message>
        <source>Right in the baseline and wrong here / wrong there and right here</source>
        <translation>基线正确而此处错误 / 基线错误而此处正确</translation>
    </message>
    <message>
        <source>Measured on</source>
        <translation>测量样本</translation>
    </message>
    <message>
        <source>File from elsewhere</source>
        <translation>外部文件</translation>
    </message>
    <message>
        <source>Figures of the compared variants</source>
        <translation>所比较变体的数值</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>分辨不出</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Latency, ratio</source>
        <translation>延迟比</translation>
    </message>
    <message>
        <source>Latency over the baseline&apos;s, timed in turns</source>
        <translation>与基线轮流计时所得的延迟之比</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CompareView</name>
    <message>
        <source>Progress of the comparison</source>
        <translation>比较进度</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>&amp;Samples</source>
        <translation>样本(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Classes</source>
        <translation>类别(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;onfusions</source>
        <translation>混淆(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Layers</source>
        <translation>层(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>权重(&amp;W)</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>%1…</source>
        <translation>%1…</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>&amp;Samples (%1)</source>
        <translation>样本 (%1)(&amp;S)</translation>
    </message>
    <message>
        <source>The data set is being prepared.</source>
        <translation>正在准备数据集。</translation>
    </message>
    <message>
        <source>Choose a data set (Ctrl+D) to see what the variants make of its samples.</source>
        <translation>请选择数据集（Ctrl+D），以查看各变体对其样本的判断。</translation>
    </message>
    <message>
        <source>The outputs are no classes, so there are no answers to set beside each other.</source>
        <translation>输出不是类别，因此没有可以并列的判断。</translation>
    </message>
    <message>
        <source>The data set has no labels, so no class is right or wrong.</source>
        <translation>数据集没有标签，因此无法判断类别的对错。</translation>
    </message>
    <message>
        <source>The variants have not run on any sample yet.</source>
        <translation>各变体尚未在任何样本上运行。</translation>
    </message>
    <message>
        <source>The variants are being made.</source>
        <translation>正在生成各变体。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop comparing; what is known stays</source>
        <translation>停止比较；已得的结果会保留</translation>
    </message>
    <message>
        <source>Compare on the rest of the samples</source>
        <translation>在其余样本上继续比较</translation>
    </message>
    <message>
        <source>Keep a variant (Ctrl+K), or add an ONNX file, to compare it with the baseline.</source>
        <translation>保留一个变体（Ctrl+K）或添加一个 ONNX 文件，即可与基线比较。</translation>
    </message>
    <message>
        <source>Select one to four variants in the list to compare them with the baseline.</source>
        <translation>在列表中选择一到四个变体，与基线比较。</translation>
    </message>
    <message>
        <source>Not compared yet.</source>
        <translation>尚未比较。</translation>
    </message>
    <message>
        <source>No data set: only sizes and weight errors are compared.</source>
        <translation>没有数据集：只比较大小和权重误差。</translation>
    </message>
    <message>
        <source>Stopped before any sample has run.</source>
        <translation>已停止，尚未运行任何样本。</translation>
    </message>
    <message>
        <source>The outputs are no classes: they are compared as signal and noise.</source>
        <translation>输出不是类别：按信号与噪声比较。</translation>
    </message>
    <message>
        <source>%1 become right, %2 become wrong.</source>
        <translation>%1 个变为正确，%2 个变为错误。</translation>
    </message>
    <message>
        <source>Stopped after %1 of %2 samples.</source>
        <translation>已停止：%2 个样本中完成了 %1 个。</translation>
    </message>
    <message>
        <source>Four at most: %1 are compared.</source>
        <translation>最多四个：比较的是 %1。</translation>
    </message>
    <message>
        <source>The variants are about to run on the samples.</source>
        <translation>各变体即将在样本上运行。</translation>
    </message>
    <message>
        <source>All give the same class to %1 of %2 samples.</source>
        <translation>%2 个样本中，有 %1 个在各模型下类别一致。</translation>
    </message>
    <message>
        <source>Measured on %1.</source>
        <translation>测量于 %1。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ComparisonRunner</name>
    <message>
        <source>Comparing variants</source>
        <translation>正在比较变体</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ConfusionView</name>
    <message>
        <source>Difference of the confusion matrices</source>
        <translation>混淆矩阵之差</translation>
    </message>
    <message>
        <source>%1 right: %2 → %3</source>
        <translation>%1 判对：%2 → %3</translation>
    </message>
    <message>
        <source>%1 as %2: %3 → %4</source>
        <translation>%1 判为 %2：%3 → %4</translation>
    </message>
    <message>
        <source>No class is taken for another one more or less often.</source>
        <translation>各类别之间的混淆没有增减。</translation>
    </message>
    <message>
        <source>given class</source>
        <translation>预测类别</translation>
    </message>
    <message>
        <source>true class</source>
        <translation>真实类别</translation>
    </message>
    <message>
        <source>The %1 of %2 classes whose confusions changed most</source>
        <translation>%2 个类别中混淆变化最大的 %1 个</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ConstantTable</name>
    <message>
        <source>%1 values</source>
        <translation>%1 个数值</translation>
    </message>
    <message>
        <source>smallest %1</source>
        <translation>最小 %1</translation>
    </message>
    <message>
        <source>largest %1</source>
        <translation>最大 %1</translation>
    </message>
    <message>
        <source>mean %1</source>
        <translation>均值 %1</translation>
    </message>
    <message>
        <source>deviation %1</source>
        <translation>标准差 %1</translation>
    </message>
    <message>
        <source>zeros %1</source>
        <translation>零占 %1</translation>
    </message>
    <message>
        <source>more than %1 different</source>
        <translation>不同的数值超过 %1 个</translation>
    </message>
    <message>
        <source>%1 different</source>
        <translation>不同的数值 %1 个</translation>
    </message>
    <message>
        <source>%1 NaN or infinite</source>
        <translation>NaN 或无穷大 %1 个</translation>
    </message>
    <message>
        <source>the first %1 below</source>
        <translation>以下为前 %1 个</translation>
    </message>
    <message>
        <source>Values of the constant</source>
        <translation>常量的数值</translation>
    </message>
    <message>
        <source>%1 copies the selected values</source>
        <translation>%1 复制选中的数值</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>lathe::ui::CurveLegend</name>
    <message>
        <source>%1: not known</source>
        <translation>%1：未知</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DataLabel</name>
    <message>
        <source>preparing data</source>
        <translation>正在准备数据</translation>
    </message>
    <message>
        <source>no data set</source>
        <translation>没有数据集</translation>
    </message>
    <message>
        <source>Measured on %1
Preprocessing: %2, %3</source>
        <translation>测量数据：%1
预处理：%2，%3</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DataLoader</name>
    <message>
        <source>found beside the model</source>
        <translation>在模型旁找到</translation>
    </message>
    <message>
        <source>guessed from the shape of the input</source>
        <translation>由输入形状推测</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>手动选择</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DatasetChooser</name>
    <message>
        <source>Stopped: the data are as they were.</source>
        <translation>已停止：数据保持原样。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DatasetDialog</name>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>&amp;Use this data set</source>
        <translation>使用此数据集(&amp;U)</translation>
    </message>
    <message>
        <source>chosen before</source>
        <translation>先前所选</translation>
    </message>
    <message>
        <source>Choose a folder, or drop it here</source>
        <translation>选择文件夹，或拖放到此处</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>&amp;Folder…</source>
        <translation>文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Part of the data set</source>
        <translation>数据集的部分</translation>
    </message>
    <message>
        <source>A folder with dataset.json, or with one folder of images for each class.</source>
        <translation>含有 dataset.json 的文件夹，或每个类别一个图像子文件夹。</translation>
    </message>
    <message>
        <source>First images with their labels</source>
        <translation>前几幅图像及其标签</translation>
    </message>
    <message>
        <source>DATA</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Preprocessing</source>
        <translation>预处理</translation>
    </message>
    <message>
        <source>Top-1 on %1 samples</source>
        <translation>%1 个样本上的 Top-1</translation>
    </message>
    <message>
        <source>From a f&amp;ile…</source>
        <translation>从文件(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>More samples narrow the interval and take longer. 0: all.</source>
        <translation>样本越多，区间越窄，耗时越长。0 表示全部。</translation>
    </message>
    <message>
        <source>&amp;Samples to measure at most</source>
        <translation>最多测量的样本数(&amp;S)</translation>
    </message>
    <message>
        <source>BASELINE CHECK</source>
        <translation>基线检查</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>正在读取 %1…</translation>
    </message>
    <message>
        <source>Reading the data set</source>
        <translation>正在读取数据集</translation>
    </message>
    <message>
        <source>%L1 samples</source>
        <translation>%L1 个样本</translation>
    </message>
    <message>
        <source>labelled</source>
        <translation>有标签</translation>
    </message>
    <message>
        <source>no labels: judged by agreement</source>
        <translation>无标签：以一致率评判</translation>
    </message>
    <message>
        <source>%L1 classes</source>
        <translation>%L1 个类别</translation>
    </message>
    <message>
        <source>Trying preprocessings</source>
        <translation>正在尝试各种预处理</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>不匹配</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>可运行</translation>
    </message>
    <message>
        <source>Folder of the data set</source>
        <translation>数据集文件夹</translation>
    </message>
    <message>
        <source>Preprocessing (*.json)</source>
        <translation>预处理 (*.json)</translation>
    </message>
    <message>
        <source>%1, edited</source>
        <translation>%1，已编辑</translation>
    </message>
    <message>
        <source>Read when you stop typing; Enter reads it at once.</source>
        <translation>停止输入后自动读取；按 Enter 立即读取。</translation>
    </message>
    <message>
        <source>Choose a folder first.</source>
        <translation>请先选择文件夹。</translation>
    </message>
    <message>
        <source>The folder was not read yet.</source>
        <translation>文件夹尚未读取。</translation>
    </message>
    <message>
        <source>The folder is being read.</source>
        <translation>正在读取文件夹。</translation>
    </message>
    <message>
        <source>There is no data set to use.</source>
        <translation>没有可用的数据集。</translation>
    </message>
    <message>
        <source>The chosen preprocessing is being tried.</source>
        <translation>正在试用所选的预处理。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; does not fit this model and these data: choose another one or edit it.</source>
        <translation>“%1”与此模型和数据不符：请另选一个，或编辑它。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DatasetProbe</name>
    <message>
        <source>&quot;%1&quot; gives %2, clearly more than the %3 of the chosen one.</source>
        <translation>“%1”得到 %2，明显高于当前所选的 %3。</translation>
    </message>
    <message>
        <source>%1 is what guessing gives. The preprocessing, the order of the classes or the data do not fit this model.</source>
        <translation>%1 相当于随机猜测。预处理、类别顺序或数据与此模型不符。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DeadCommand</name>
    <message numerus="yes">
        <source>Remove %n &amp;dead channel(s)</source>
        <translation>
            <numerusform>去掉 %n 个无效通道(&amp;D)</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove &amp;dead channels</source>
        <translation>去掉无效通道(&amp;D)</translation>
    </message>
    <message>
        <source>Channels that give nothing to any layer go; what the model computes stays.</source>
        <translation>去掉对任何层都没有贡献的通道；模型的计算结果不变。</translation>
    </message>
    <message>
        <source>Channels that give nothing to any layer are being looked for.</source>
        <translation>正在查找对任何层都没有贡献的通道。</translation>
    </message>
    <message numerus="yes">
        <source>%n more cannot be named in a recipe without others.</source>
        <translation>
            <numerusform>还有 %n 个无法在方案中单独指明。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n dead channel(s) removed</source>
        <translation>
            <numerusform>已去掉 %n 个无效通道</numerusform>
        </translation>
    </message>
    <message>
        <source>No &amp;dead channels to remove</source>
        <translation>没有可移除的无用通道(&amp;D)</translation>
    </message>
    <message>
        <source>Every channel gives something to some layer.</source>
        <translation>每个通道都对某个层有贡献。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::DockArea</name>
    <message>
        <source>Inspect</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>调节</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
</context>
<context>
    <name>lathe::ui::EmptyState</name>
    <message>
        <source>Drop a .onnx file here, or begin with one of these.</source>
        <translation>将 .onnx 文件拖放到此处，或从以下选项开始。</translation>
    </message>
    <message>
        <source>&amp;Open a model…</source>
        <translation>打开模型(&amp;O)…</translation>
    </message>
    <message>
        <source>Open the s&amp;ample</source>
        <translation>打开示例(&amp;A)</translation>
    </message>
    <message>
        <source>A small network that reads handwritten digits, with its images</source>
        <translation>识别手写数字的小型网络，附带图像</translation>
    </message>
    <message>
        <source>Turn a neural network down to size</source>
        <translation>把神经网络车削到合适的大小</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>&amp;Take the tour</source>
        <translation>开始导览(&amp;T)</translation>
    </message>
    <message>
        <source>OPENED LAST</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Open %1 in %2</source>
        <translation>打开 %2 中的 %1</translation>
    </message>
    <message>
        <source>On the sample: choose a layer, change it, see what it did, export</source>
        <translation>用示例走一遍：选择层、修改它、看结果、导出</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ErrorChart</name>
    <message>
        <source>ERRORS</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Change a layer, or choose a preset, to see what each layer loses.</source>
        <translation>更改一个层或选择预设，查看各层的损失。</translation>
    </message>
    <message>
        <source>error (dB)</source>
        <translation>误差 (dB)</translation>
    </message>
    <message>
        <source>Error of each layer</source>
        <translation>各层的误差</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>output error</source>
        <translation>输出误差</translation>
    </message>
    <message>
        <source>weight error</source>
        <translation>权重误差</translation>
    </message>
    <message>
        <source>%1 signal to noise</source>
        <translation>信噪比 %1</translation>
    </message>
    <message>
        <source>calibration data tell the error of its output</source>
        <translation>有校准数据才能得知其输出误差</translation>
    </message>
    <message>
        <source>output error (dB)</source>
        <translation>输出误差 (dB)</translation>
    </message>
    <message>
        <source>weight error (dB)</source>
        <translation>权重误差 (dB)</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ExportDialog</name>
    <message>
        <source>✓ passed</source>
        <translation>✓ 通过</translation>
    </message>
    <message>
        <source>✗ failed</source>
        <translation>✗ 未通过</translation>
    </message>
    <message>
        <source>– not applicable</source>
        <translation>– 不适用</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy as command &amp;line</source>
        <translation>复制为命令行(&amp;L)</translation>
    </message>
    <message>
        <source>The lathe command that makes the same file</source>
        <translation>生成相同文件的 lathe 命令</translation>
    </message>
    <message>
        <source>Open &amp;folder</source>
        <translation>打开文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>要写入的文件</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>浏览(&amp;B)…</translation>
    </message>
    <message>
        <source>Form of the weights in the file</source>
        <translation>文件中权重的存储形式</translation>
    </message>
    <message>
        <source>Also write an &amp;archive</source>
        <translation>同时写出归档(&amp;A)</translation>
    </message>
    <message>
        <source>Entropy-coded, to send or to store: lathe unpack gives the very same ONNX file back.</source>
        <translation>经熵编码，便于传送或保存：lathe unpack 可还原出完全相同的 ONNX 文件。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>存储形式</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>FILE</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>FORM</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查项</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>Weighing the forms of the file</source>
        <translation>正在估算各种文件形式的大小</translation>
    </message>
    <message>
        <source>not for this model</source>
        <translation>不适用于此模型</translation>
    </message>
    <message>
        <source>%1 now. The new size is still being computed.</source>
        <translation>当前 %1，新的大小仍在计算。</translation>
    </message>
    <message>
        <source>%1 now, %2 after export: %3 smaller</source>
        <translation>当前 %1，导出后 %2：缩小 %3</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx)</source>
        <translation>ONNX 模型 (*.onnx)</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Wrote %1: %2.</source>
        <translation>已写入 %1：%2。</translation>
    </message>
    <message>
        <source>%1 was not written: the file would not do what was previewed.</source>
        <translation>未写入 %1：该文件的行为会与预览不符。</translation>
    </message>
    <message>
        <source>%1 was not written: nothing can be proven about it.</source>
        <translation>未写入 %1：无法证明其正确性。</translation>
    </message>
    <message>
        <source>Compared on %1. SHA-256 of the file: %2</source>
        <translation>比较所用数据：%1。文件的 SHA-256：%2</translation>
    </message>
    <message>
        <source>Archive: %1; this form holds no codes to pack.</source>
        <translation>归档：%1；此形式没有可打包的编码。</translation>
    </message>
    <message>
        <source>Also write a &amp;report</source>
        <translation>同时写出报告(&amp;R)</translation>
    </message>
    <message>
        <source>One web page to send to a colleague: figures, layers, recipe and certificate. Accuracy is measured anew on all samples.</source>
        <translation>一个可发给同事的网页：各项数据、各层、配方与证书。准确率会在全部样本上重新测量。</translation>
    </message>
    <message>
        <source>Report: %1</source>
        <translation>报告：%1</translation>
    </message>
    <message>
        <source>Ex&amp;port another form</source>
        <translation>导出其他形式(&amp;P)</translation>
    </message>
    <message>
        <source>Back to the choices, as they were</source>
        <translation>返回先前的各项选择</translation>
    </message>
    <message>
        <source>%1 Nothing was written.</source>
        <translation>%1未写入任何文件。</translation>
    </message>
    <message>
        <source>With the proof that the file does what was previewed.</source>
        <translation>包含证明：文件的行为与预览一致。</translation>
    </message>
    <message>
        <source>Archive: %1, of which %2 are coded weights (their entropy one by one: %3) and %4 the graph and lengths.</source>
        <translation>归档：%1，其中 %2 为编码后的权重（逐个编码的熵：%3），%4 为计算图与长度信息。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ExportForms</name>
    <message>
        <source>Compact</source>
        <translation>紧凑</translation>
    </message>
    <message>
        <source>k bits as k bits, in standard operators: runs wherever ONNX runs. The smallest.</source>
        <translation>k 位的权重只占 k 位，使用标准算子：凡能运行 ONNX 之处均可运行。文件最小。</translation>
    </message>
    <message>
        <source>Dense</source>
        <translation>稠密</translation>
    </message>
    <message>
        <source>The compressed weights as plain float32: as large as before, loads fastest, any program reads it.</source>
        <translation>压缩后的权重存为普通 float32：与原来一样大，加载最快，任何程序都能读取。</translation>
    </message>
    <message>
        <source>QDQ int8</source>
        <translation>QDQ int8</translation>
    </message>
    <message>
        <source>8-bit codes and DequantizeLinear, as runtimes with integer arithmetic expect them. Layers without 8-bit codes are stored compactly.</source>
        <translation>8 位编码加 DequantizeLinear，符合整数运算运行时的要求。没有 8 位编码的层以紧凑形式存储。</translation>
    </message>
    <message>
        <source>QDQ int4</source>
        <translation>QDQ int4</translation>
    </message>
    <message>
        <source>4-bit codes and DequantizeLinear; the model becomes one of opset 21, which needs a runtime of 2024 or later. Layers without such codes are stored compactly.</source>
        <translation>4 位编码加 DequantizeLinear；模型升至 opset 21，需要 2024 年或更新的运行时。没有此类编码的层以紧凑形式存储。</translation>
    </message>
    <message>
        <source>MatMulNBits</source>
        <translation>MatMulNBits</translation>
    </message>
    <message>
        <source>Products in ONNX Runtime&apos;s own operator, which keeps codes of 4 or 8 bits packed while it runs. Only ONNX Runtime reads it.</source>
        <translation>矩阵乘使用 ONNX Runtime 专有算子，运行时 4 位或 8 位编码保持打包状态。仅 ONNX Runtime 可读取。</translation>
    </message>
    <message>
        <source>Sparse</source>
        <translation>稀疏</translation>
    </message>
    <message>
        <source>Pruned weights as sparse initializers: smaller than dense only where few weights are left.</source>
        <translation>剪枝后的权重存为稀疏初始化张量：只有剩余权重很少时才比稠密形式小。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::FigureText</name>
    <message>
        <source>95 % interval %1 to %2</source>
        <translation>95% 置信区间 %1 至 %2</translation>
    </message>
    <message numerus="yes">
        <source>A guess from %n measurement(s) near this one; it is being measured</source>
        <translation>
            <numerusform>由附近 %n 次测量推测；正在测量</numerusform>
        </translation>
    </message>
    <message>
        <source>Guesses so far were off by %1 points (median of %2)</source>
        <translation>迄今推测的偏差为 %1 个百分点（%2 次的中位数）</translation>
    </message>
    <message>
        <source>On %1 of %2 samples, where the baseline gives %3</source>
        <translation>在 %1/%2 个样本上测得，基线在同样的样本上为 %3</translation>
    </message>
    <message>
        <source>Measured on %1 of %2 samples</source>
        <translation>已测量 %1/%2 个样本</translation>
    </message>
    <message>
        <source>All %1 samples would show %2 to %3 points. F5 measures them all</source>
        <translation>全部 %1 个样本预计为 %2 至 %3 个百分点。按 F5 全部测量</translation>
    </message>
    <message>
        <source>Mean divergence (KL) %1 nats</source>
        <translation>平均散度 (KL) %1 奈特</translation>
    </message>
    <message>
        <source>Signal to noise of the outputs %1 dB</source>
        <translation>输出信噪比 %1 dB</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 字节</translation>
    </message>
    <message>
        <source>The recipe has changed since this was measured.</source>
        <translation>测量之后配方已有改动。</translation>
    </message>
    <message>
        <source>%1 of the baseline, but both vary by more: their intervals overlap</source>
        <translation>是基线的 %1，但两者的波动更大：区间重叠</translation>
    </message>
    <message>
        <source>not distinguishable</source>
        <translation>无法区分</translation>
    </message>
</context>
<context>
    <name>lathe::ui::FileOpener</name>
    <message>
        <source>Recipes (*.recipe.json *.json)</source>
        <translation>配方 (*.recipe.json *.json)</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>正在打开 %1</translation>
    </message>
    <message>
        <source>%1 goes with a model. Open the model first.</source>
        <translation>%1 需要配合模型使用。请先打开模型。</translation>
    </message>
    <message>
        <source>Open a model or a project</source>
        <translation>打开模型或项目</translation>
    </message>
    <message>
        <source>Models and projects (*.onnx *.lathe);;All files (*)</source>
        <translation>模型和项目 (*.onnx *.lathe);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>保存配方</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>已保存 %1。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::FocusCharts</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no weights of %1 to show: %2</source>
        <translation>%1 没有可显示的权重：%2</translation>
    </message>
    <message>
        <source>The weights are being looked at.</source>
        <translation>正在查看权重。</translation>
    </message>
    <message>
        <source>%1, normalization folded in</source>
        <translation>%1，归一化已折叠</translation>
    </message>
    <message>
        <source>This weight has no singular values: it holds values that are no numbers.</source>
        <translation>该权重没有奇异值：其中含有非数值。</translation>
    </message>
    <message>
        <source>The weights of these layers cannot be read.</source>
        <translation>这些层的权重无法读取。</translation>
    </message>
    <message>
        <source>%1 of %2 layers so far</source>
        <translation>目前 %1 层，共 %2 层</translation>
    </message>
    <message>
        <source>Their singular values are being worked out.</source>
        <translation>正在计算它们的奇异值。</translation>
    </message>
    <message>
        <source>None of these layers has a rank at which factors take less room.</source>
        <translation>这些层都没有能让因子占用更少空间的秩。</translation>
    </message>
    <message>
        <source>%1, %2 × %3 left</source>
        <translation>%1，剩下 %2 × %3</translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphLegend</name>
    <message>
        <source>Colours of the graph</source>
        <translation>图的配色</translation>
    </message>
    <message>
        <source>Of the recipe before; it is being computed.</source>
        <translation>属于改动前的配方；正在计算。</translation>
    </message>
    <message>
        <source>log</source>
        <comment>a logarithmic scale</comment>
        <translation>对数</translation>
    </message>
    <message>
        <source>Each step of the colours is so many times more, not so much more; blocks have the colour of all that is in them.</source>
        <translation>颜色每变化一级，数值增大相同的倍数，而不是相同的量；模块的颜色取其中各层之和。</translation>
    </message>
    <message>
        <source>The colours go in even steps.</source>
        <translation>颜色随数值均匀变化。</translation>
    </message>
    <message>
        <source>from %1 by %2 to %3</source>
        <translation>从 %1 经 %2 到 %3</translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphPanel</name>
    <message>
        <source>Open an ONNX model to see its graph.</source>
        <translation>打开 ONNX 模型，查看其计算图。</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Find in the graph</source>
        <translation>在图中查找</translation>
    </message>
    <message>
        <source>Part of a name or operator (%1); Enter goes to the next, Shift+Enter back</source>
        <translation>名称或算子的一部分 (%1)；Enter 转到下一个，Shift+Enter 返回</translation>
    </message>
    <message>
        <source>Previous (Shift+F3)</source>
        <translation>上一个 (Shift+F3)</translation>
    </message>
    <message>
        <source>Next (F3)</source>
        <translation>下一个 (F3)</translation>
    </message>
    <message>
        <source>Show all of it (F)</source>
        <translation>显示全图 (F)</translation>
    </message>
    <message>
        <source>Open or close all blocks</source>
        <translation>展开或折叠所有块</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>着色依据</translation>
    </message>
    <message>
        <source>What the layers are coloured by</source>
        <translation>各层按什么着色</translation>
    </message>
    <message>
        <source>GRAPH</source>
        <translation>计算图</translation>
    </message>
    <message>
        <source>Laying out the graph…</source>
        <translation>正在布局计算图…</translation>
    </message>
    <message>
        <source>The graph cannot be drawn: %1</source>
        <translation>无法绘制计算图：%1</translation>
    </message>
    <message>
        <source>This model has an empty graph.</source>
        <translation>此模型的计算图为空。</translation>
    </message>
    <message>
        <source>This part of the graph is too large for a careful layout: it stands in plain rows.</source>
        <translation>这部分计算图过大，无法精细布局，因此按行简单排列。</translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation>
            <numerusform>找到 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>PNG image (*.png);;SVG drawing (*.svg)</source>
        <translation>PNG 图像 (*.png);;SVG 矢量图 (*.svg)</translation>
    </message>
    <message>
        <source>The image could not be written to %1: %2.</source>
        <translation>无法将图像写入 %1：%2。</translation>
    </message>
    <message>
        <source>there is not enough memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>Which model is shown</source>
        <translation>显示哪个模型</translation>
    </message>
    <message>
        <source>The original, or what the recipe of the moment makes of its nodes</source>
        <translation>显示原模型，或当前配方对其节点的改动</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>复制名称</translation>
    </message>
    <message>
        <source>Open the block</source>
        <translation>展开块</translation>
    </message>
    <message>
        <source>Close the block around it</source>
        <translation>折叠所在的块</translation>
    </message>
    <message>
        <source>Open all blocks</source>
        <translation>展开所有块</translation>
    </message>
    <message>
        <source>Close all blocks</source>
        <translation>折叠所有块</translation>
    </message>
    <message>
        <source>Show all of it</source>
        <translation>显示全图</translation>
    </message>
    <message>
        <source>Save image…</source>
        <translation>保存图像…</translation>
    </message>
    <message>
        <source>Save image</source>
        <translation>保存图像</translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphQuantity</name>
    <message>
        <source>%1 bits</source>
        <translation>%1 位</translation>
    </message>
    <message>
        <source>not computed yet</source>
        <translation>尚未计算</translation>
    </message>
    <message>
        <source>the recipe changes no layer</source>
        <translation>配方未改动任何层</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>原始大小</translation>
    </message>
    <message>
        <source>Size in the file</source>
        <translation>文件中的大小</translation>
    </message>
    <message>
        <source>Share of MACs</source>
        <translation>MAC 占比</translation>
    </message>
    <message>
        <source>the shapes of some layers are unknown</source>
        <translation>部分层的形状未知</translation>
    </message>
    <message>
        <source>Bits a weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>零的比例</translation>
    </message>
    <message>
        <source>Weight error</source>
        <translation>权重误差</translation>
    </message>
    <message>
        <source>Output error</source>
        <translation>输出误差</translation>
    </message>
    <message>
        <source>known after calibration only</source>
        <translation>校准后才可知</translation>
    </message>
    <message>
        <source>measured once it is chosen</source>
        <translation>选中后才测量</translation>
    </message>
    <message>
        <source>Sensitivity at 4 bits</source>
        <translation>4 位时的敏感度</translation>
    </message>
    <message>
        <source>Measured latency</source>
        <translation>实测延迟</translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphScene</name>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Residual block</source>
        <translation>残差块</translation>
    </message>
    <message>
        <source>Inverted residual</source>
        <translation>倒残差块</translation>
    </message>
    <message>
        <source>Depthwise block</source>
        <translation>逐通道卷积块</translation>
    </message>
    <message>
        <source>Attention block</source>
        <translation>注意力块</translation>
    </message>
    <message>
        <source>Branch block</source>
        <translation>分支块</translation>
    </message>
</context>
<context>
    <name>lathe::ui::GraphView</name>
    <message>
        <source>Model graph</source>
        <translation>模型计算图</translation>
    </message>
    <message>
        <source>%1 equal blocks of %2 operators each</source>
        <translation>%1 个相同的块，每块 %2 个算子</translation>
    </message>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation>
            <numerusform>%n 个算子</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n 个层</numerusform>
        </translation>
    </message>
    <message>
        <source>Input of the model</source>
        <translation>模型输入</translation>
    </message>
    <message>
        <source>Output of the model</source>
        <translation>模型输出</translation>
    </message>
    <message numerus="yes">
        <source>%n constant(s), %1</source>
        <translation>
            <numerusform>%n 个常量，%1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n graph(s) inside, not drawn</source>
        <translation>
            <numerusform>内含 %n 个子图，未绘制</numerusform>
        </translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>输入 %1</translation>
    </message>
    <message>
        <source>out %1</source>
        <translation>输出 %1</translation>
    </message>
    <message>
        <source>Double-click or Enter opens it</source>
        <translation>双击或按 Enter 展开</translation>
    </message>
    <message>
        <source>%1 %2, %3 of %4</source>
        <translation>%1 %2，%3/%4</translation>
    </message>
    <message>
        <source>Of the recipe before; it is being computed.</source>
        <translation>属于改动前的配方；正在计算。</translation>
    </message>
    <message>
        <source>A click or Enter shows all that is known of it</source>
        <translation>单击或按 Enter 查看它的全部信息</translation>
    </message>
    <message>
        <source>Channels of the selected layer: %1</source>
        <translation>所选层的通道：%1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::HelpWindow</name>
    <message>
        <source>Lathe help</source>
        <translation>Lathe 帮助</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the help pages</source>
        <translation>搜索帮助页面</translation>
    </message>
    <message>
        <source>Help pages</source>
        <translation>帮助页面</translation>
    </message>
</context>
<context>
    <name>lathe::ui::HistogramChart</name>
    <message>
        <source>WEIGHTS</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Select a layer to see how its weights are distributed.</source>
        <translation>选择一个层，查看其权重分布。</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>压缩后</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>每区间权重数</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic counts: shows the rare weights at the ends</source>
        <translation>对数计数：显示两端少见的权重</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Distribution of the layer&apos;s weights</source>
        <translation>该层权重的分布</translation>
    </message>
    <message>
        <source>This weight holds no finite number.</source>
        <translation>此权重不含有限数值。</translation>
    </message>
    <message numerus="yes">
        <source>%n levels</source>
        <translation>
            <numerusform>%n 个量化级</numerusform>
        </translation>
    </message>
    <message>
        <source>below ±%1: zero</source>
        <translation>低于 ±%1：置零</translation>
    </message>
    <message>
        <source>%1 in one bin</source>
        <translation>单个区间内 %1</translation>
    </message>
    <message>
        <source>%1 of the weights become zero</source>
        <translation>%1 的权重变为零</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Drag the line, or use the arrow keys, to choose how many weights become zero; with Shift in steps of 0.1 %. Ctrl and the arrow keys tell of each bin.</source>
        <translation>拖动竖线或按方向键，选择让多少权重变为零；按住 Shift 时步长为 0.1%。按 Ctrl 加方向键读出每个区间。</translation>
    </message>
    <message>
        <source>weights from %1 to %2</source>
        <translation>权重从 %1 到 %2</translation>
    </message>
    <message>
        <source>%1 lie further out</source>
        <translation>%1 在图外</translation>
    </message>
    <message>
        <source>drag to prune</source>
        <translation>拖动以剪枝</translation>
    </message>
</context>
<context>
    <name>lathe::ui::HistoryPanel</name>
    <message>
        <source>As opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <source>History of the recipe</source>
        <translation>配方的历史</translation>
    </message>
    <message>
        <source>Nothing was changed yet. Each change of the recipe will be listed here; a click goes back to it.</source>
        <translation>尚未改动。配方的每次改动都会列在这里，单击即可回到该处。</translation>
    </message>
    <message>
        <source>HISTORY</source>
        <translation>历史</translation>
    </message>
</context>
<context>
    <name>lathe::ui::InfoBar</name>
    <message>
        <source>Hide this line</source>
        <translation>隐藏此行</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>还有 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Inspector</name>
    <message>
        <source>SETTINGS</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings of the selected layers</source>
        <translation>所选层的设置</translation>
    </message>
    <message>
        <source>%1 %2 → %3</source>
        <translation>%1 %2 → %3</translation>
    </message>
    <message>
        <source>Select a layer to choose what happens to it.</source>
        <translation>选择一个层，决定如何处理。</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 个层</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · %2 weights</source>
        <translation>%1 · %2 个权重</translation>
    </message>
    <message>
        <source>%1 weights</source>
        <translation>%1 个权重</translation>
    </message>
    <message numerus="yes">
        <source>%n of them cannot be compressed.</source>
        <translation>
            <numerusform>其中 %n 个无法压缩。</numerusform>
        </translation>
    </message>
    <message>
        <source>This layer cannot be compressed: %1</source>
        <translation>此层无法压缩：%1</translation>
    </message>
    <message>
        <source>None of these layers can be compressed. The first: %1</source>
        <translation>这些层都无法压缩。第一个：%1</translation>
    </message>
    <message>
        <source>THIS LAYER</source>
        <translation>此层</translation>
    </message>
    <message numerus="yes">
        <source>THESE %n LAYERS</source>
        <translation>
            <numerusform>这 %n 个层</numerusform>
        </translation>
    </message>
    <message>
        <source>stays as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>weight error %1</source>
        <translation>权重误差 %1</translation>
    </message>
    <message>
        <source>weight error up to %1</source>
        <translation>权重误差最大 %1</translation>
    </message>
    <message>
        <source>output %1</source>
        <translation>输出 %1</translation>
    </message>
    <message>
        <source>output from %1</source>
        <translation>输出最低 %1</translation>
    </message>
    <message>
        <source>Weights: the change against the weight. Output: signal to noise of what the layer gives on calibration data.</source>
        <translation>权重：改变量与权重之比。输出：该层在校准数据上输出的信噪比。</translation>
    </message>
    <message>
        <source>What this does to the layer&apos;s output is known with calibration data.</source>
        <translation>有了校准数据，才能知道对该层输出的影响。</translation>
    </message>
    <message>
        <source>Huffman-coded %1</source>
        <translation>霍夫曼编码后 %1</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1：%2 → %3</translation>
    </message>
    <message>
        <source>%1: mixed</source>
        <translation>%1：不一致</translation>
    </message>
    <message>
        <source>No statistics of %1: %2.</source>
        <translation>没有 %1 的统计量：%2。</translation>
    </message>
    <message>
        <source>This looks at the layer&apos;s inputs, so it needs data.</source>
        <translation>此方法参考层的输入，因此需要数据。</translation>
    </message>
    <message>
        <source>Rank given as</source>
        <translation>秩的表示方式</translation>
    </message>
    <message>
        <source>How the rank is given. Break-even: above it, the factors take more room than the weight.
Energy: as many singular values as keep this share of the squared norm.</source>
        <translation>秩的表示方式。平衡点：超过它，因子占用的空间比权重本身更大。
能量：保留足够多的奇异值，使范数平方达到此比例。</translation>
    </message>
    <message>
        <source>% of break-even</source>
        <translation>平衡点百分比</translation>
    </message>
    <message>
        <source>% of energy</source>
        <translation>能量百分比</translation>
    </message>
    <message>
        <source>Rank of %1 layers</source>
        <translation>%1 个层的秩</translation>
    </message>
    <message>
        <source>Rank given as %1</source>
        <translation>秩表示为 %1</translation>
    </message>
    <message>
        <source>Break-even %1</source>
        <translation>平衡点 %1</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Break-even</source>
        <translation>平衡点</translation>
    </message>
    <message>
        <source>This weight is too small: no rank saves room.</source>
        <translation>此权重太小：任何秩都不能节省空间。</translation>
    </message>
    <message>
        <source>Break-even %1, full rank %2</source>
        <translation>平衡点 %1，满秩 %2</translation>
    </message>
    <message>
        <source>Of the recipe before; it is being computed.</source>
        <translation>属于改动前的配方；正在计算。</translation>
    </message>
    <message>
        <source>%1 pruned by the common threshold</source>
        <translation>按共同阈值剪枝 %1</translation>
    </message>
    <message>
        <source>Bits of the file for each weight; in theory, its codes, scales, tables and masks without anything else</source>
        <translation>文件中平均每个权重所占的位数；理论值只计编码、缩放因子、码表和掩码</translation>
    </message>
    <message>
        <source>Those that are kept as they are (%1) stay so.</source>
        <translation>其中保持不变的 %1 层不受影响。</translation>
    </message>
    <message>
        <source>not computed yet</source>
        <translation>尚未计算</translation>
    </message>
    <message>
        <source>%1 bits a weight, in theory %2</source>
        <translation>每个权重 %1 位，理论上 %2</translation>
    </message>
    <message>
        <source>%1 bits a weight</source>
        <translation>每个权重 %1 位</translation>
    </message>
    <message>
        <source>Key: %1</source>
        <translation>按键：%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Above break-even in %1 of %2 layers: there factors take more room.</source>
        <translation>%2 个层中有 %1 个超过平衡点：其因子占用的空间更大。</translation>
    </message>
    <message>
        <source>Above break-even: factors take more room. Go to rank %1 or below.</source>
        <translation>超过平衡点：因子占用的空间更大。请将秩降到 %1 或更低。</translation>
    </message>
    <message>
        <source>No gradients of %1: %2.</source>
        <translation>没有 %1 的梯度：%2。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::JobModel</name>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>lathe::ui::JobStatus</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop what is running (Esc)</source>
        <translation>停止正在运行的任务 (Esc)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 (+%2)</source>
        <translation>%1（另有 %2 项）</translation>
    </message>
</context>
<context>
    <name>lathe::ui::JobsPanel</name>
    <message>
        <source>Progress: %1</source>
        <translation>进度：%1</translation>
    </message>
    <message>
        <source>Stop: %1</source>
        <translation>停止：%1</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>没有正在运行的任务。</translation>
    </message>
    <message>
        <source>JOBS</source>
        <translation>任务</translation>
    </message>
</context>
<context>
    <name>lathe::ui::KeepBar</name>
    <message>
        <source>%1 of %2 kept</source>
        <translation>%2 层中 %1 层保持不变</translation>
    </message>
    <message>
        <source>Kept as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Kept as they are</source>
        <translation>都保持不变</translation>
    </message>
    <message>
        <source>Let go</source>
        <translation>解除</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>全部保持不变</translation>
    </message>
    <message>
        <source>Keep this layer as it is</source>
        <translation>此层保持不变</translation>
    </message>
    <message>
        <source>Keep these layers as they are</source>
        <translation>这些层保持不变</translation>
    </message>
    <message>
        <source>The recipe holds again for what is selected (Ctrl+Shift+K).</source>
        <translation>配方对所选的层重新生效（Ctrl+Shift+K）。</translation>
    </message>
    <message>
        <source>Nothing changes them, whatever presets, rules and edits of many layers say (Ctrl+Shift+K).</source>
        <translation>无论预设、规则和对多个层的改动怎样要求，都不会改变（Ctrl+Shift+K）。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerAnalyzer</name>
    <message>
        <source>Analyzing weights</source>
        <translation>正在分析权重</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerBars</name>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerChange</name>
    <message>
        <source>unchanged</source>
        <translation>未改动</translation>
    </message>
    <message>
        <source>weights replaced</source>
        <translation>权重已替换</translation>
    </message>
    <message>
        <source>split into several nodes</source>
        <translation>拆分为多个节点</translation>
    </message>
    <message>
        <source>gone with its block</source>
        <translation>随所在的块去掉</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerCommands</name>
    <message>
        <source>Left out: %1.</source>
        <translation>已略过：%1。</translation>
    </message>
    <message>
        <source>Left out: %1 layers, the first %2.</source>
        <translation>已略过 %1 个层，第一个 %2。</translation>
    </message>
    <message>
        <source>Not all of it: %1.</source>
        <translation>并非全部适用：%1。</translation>
    </message>
    <message>
        <source>Not all of it in %1 layers, the first: %2.</source>
        <translation>有 %1 个层未能全部适用，第一个：%2。</translation>
    </message>
    <message>
        <source>Select the layer whose settings to copy.</source>
        <translation>请选择要复制其设置的层。</translation>
    </message>
    <message>
        <source>These %1 layers have different settings. Select the one to copy from.</source>
        <translation>这 %1 个层的设置各不相同。请选择要从中复制的那一层。</translation>
    </message>
    <message>
        <source>The settings of %1 are on the clipboard: %2. Select layers and paste.</source>
        <translation>%1 的设置已复制到剪贴板：%2。选择其他层后粘贴。</translation>
    </message>
    <message>
        <source>Select the layers to paste to.</source>
        <translation>请选择要粘贴到的层。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Nothing of the settings of %1 is for the selected layers. %2.</source>
        <translation>%1 的设置对所选层都不适用。%2。</translation>
    </message>
    <message>
        <source>%1 layers</source>
        <translation>%1 个层</translation>
    </message>
    <message>
        <source>%1: settings of %2</source>
        <translation>%1：采用 %2 的设置</translation>
    </message>
    <message>
        <source>%1 now as %2: %3.</source>
        <translation>%1 现与 %2 相同：%3。</translation>
    </message>
    <message>
        <source>Kept as it is: let it go first (Ctrl+Shift+K).</source>
        <translation>保持不变：请先解除（Ctrl+Shift+K）。</translation>
    </message>
    <message>
        <source>Select the layers to keep as they are.</source>
        <translation>请选择要保持不变的层。</translation>
    </message>
    <message>
        <source>Kept: nothing changes these layers until they are let go.</source>
        <translation>已保持不变：解除之前，这些层不会改变。</translation>
    </message>
    <message>
        <source>Let go: what the recipe says of these layers holds again.</source>
        <translation>已解除：配方对这些层的要求重新生效。</translation>
    </message>
    <message>
        <source>&amp;Keep all as they are (%1 of %2 are)</source>
        <translation>全部保持不变（%2 层中已有 %1 层）(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>保持不变(&amp;K)</translation>
    </message>
    <message>
        <source>Do the same to the selected layers</source>
        <translation>对所选层做同样的设置</translation>
    </message>
    <message>
        <source>Copy the settings of a layer first</source>
        <translation>请先复制某个层的设置</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerFacts</name>
    <message>
        <source>shares its weight with %1</source>
        <translation>与 %1 共享权重</translation>
    </message>
    <message>
        <source>what can go is being looked for</source>
        <translation>正在查找可以去掉的部分</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerPanel</name>
    <message>
        <source>LAYERS</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>筛选层</translation>
    </message>
    <message>
        <source>Words of the name, operator or settings; * and ? stand for any letters (%1)</source>
        <translation>名称、算子或设置中的词；* 和 ? 代表任意字符 (%1)</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>已选 %1/%2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Open an ONNX model to see its layers.</source>
        <translation>打开 ONNX 模型，查看其各层。</translation>
    </message>
    <message>
        <source>This model has no layer with a constant weight, so there is nothing to compress.</source>
        <translation>此模型没有带常量权重的层，因此没有可压缩的内容。</translation>
    </message>
    <message>
        <source>No layer matches “%1”.</source>
        <translation>没有与“%1”匹配的层。</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select all %1 layers</source>
        <translation>选中全部 %1 个层</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerProbe</name>
    <message>
        <source>This is measured on samples: choose a data set first (Ctrl+D).</source>
        <translation>这项需要在样本上测量：请先选择数据集 (Ctrl+D)。</translation>
    </message>
    <message>
        <source>Timing the layers</source>
        <translation>正在测量各层耗时</translation>
    </message>
    <message>
        <source>Trying each layer alone in 4 bits</source>
        <translation>正在逐层试用 4 位</translation>
    </message>
</context>
<context>
    <name>lathe::ui::LayerTableModel</name>
    <message>
        <source>Weight: %1</source>
        <translation>权重：%1</translation>
    </message>
    <message>
        <source>As a matrix: %1 outputs × %2 inputs</source>
        <translation>视为矩阵：%1 个输出 × %2 个输入</translation>
    </message>
    <message>
        <source>Break-even rank %1 of %2</source>
        <translation>平衡秩 %1，满秩 %2</translation>
    </message>
    <message>
        <source>%1 weights</source>
        <translation>%1 个权重</translation>
    </message>
    <message>
        <source>%1 bytes of %2 in the file</source>
        <translation>%1 字节，文件共 %2</translation>
    </message>
    <message>
        <source>%1 multiply-accumulates for one sample</source>
        <translation>单样本 %1 次乘加</translation>
    </message>
    <message>
        <source>Not known: the shapes of this layer could not be worked out.</source>
        <translation>未知：无法推断此层的形状。</translation>
    </message>
    <message>
        <source>Stays as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Stored once, with %1</source>
        <translation>与 %1 一起只存一份</translation>
    </message>
    <message>
        <source>%1 bytes as %2</source>
        <translation>%1 字节，存为 %2</translation>
    </message>
    <message>
        <source>Size of the change against the size of the weight (Frobenius norm)</source>
        <translation>改变量与权重的范数之比（Frobenius 范数）</translation>
    </message>
    <message>
        <source>Signal to noise of the layer&apos;s output on calibration data, in each channel against its own deviation, as a normalization behind it has it; 20 dB: the error is a tenth of that</source>
        <translation>该层在校准数据上输出的信噪比，各通道相对于自身的标准差，即其后的归一化所见；20 dB 即误差为其十分之一</translation>
    </message>
    <message>
        <source>Not known: there is no calibration data, or none for this layer.</source>
        <translation>未知：没有校准数据，或没有此层的校准数据。</translation>
    </message>
    <message>
        <source>Codes, scales, tables and masks without anything else of the file</source>
        <translation>编码、缩放因子、码表和掩码，不含文件的其他内容</translation>
    </message>
    <message>
        <source>%1 bits, %2 for each weight</source>
        <translation>%1 位，每个权重 %2 位</translation>
    </message>
    <message>
        <source>No code for single weights can do with less (Shannon&apos;s bound).</source>
        <translation>逐个权重的编码不可能更小（香农界）。</translation>
    </message>
    <message>
        <source>Cannot be compressed: %1</source>
        <translation>无法压缩：%1</translation>
    </message>
    <message>
        <source>Shares its weight with %1; change it there.</source>
        <translation>与 %1 共享权重；请在那一层更改。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Op</source>
        <translation>算子</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MAC</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>In theory</source>
        <translation>理论</translation>
    </message>
    <message>
        <source>Huffman</source>
        <translation>霍夫曼</translation>
    </message>
    <message>
        <source>Shannon</source>
        <translation>香农</translation>
    </message>
    <message>
        <source>Of the recipe before; it is being computed.</source>
        <translation>属于改动前的配方；正在计算。</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Kept as it is, whatever else the recipe says</source>
        <translation>保持不变，无论配方另有什么要求</translation>
    </message>
    <message>
        <source>With a mask of one bit a weight it would be %1; stored as %2 it takes less.</source>
        <translation>若用每个权重一位的掩码，需要 %1；存为 %2 则更少。</translation>
    </message>
    <message>
        <source>%1, trained</source>
        <translation>%1，已训练</translation>
    </message>
    <message>
        <source>%1, no longer trained</source>
        <translation>%1，训练值已失效</translation>
    </message>
    <message>
        <source>Its values were trained to bring the outputs back to the original&apos;s.</source>
        <translation>其数值经过训练，使输出重新接近原模型。</translation>
    </message>
    <message>
        <source>It was trained with other settings and has what the recipe alone gives; put back, it has its trained values again.</source>
        <translation>它是用其他设置训练的，现在只有配方给出的数值；改回原设置后训练值又会生效。</translation>
    </message>
    <message>
        <source>With its codes Huffman-coded one by one; an archive takes no more</source>
        <translation>对其编码逐个进行霍夫曼编码后的大小；归档不会更大</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MainActions</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Open the s&amp;ample</source>
        <translation>打开示例(&amp;A)</translation>
    </message>
    <message>
        <source>Open the bundled digit reader with its images</source>
        <translation>打开自带的手写数字识别网络及其图像</translation>
    </message>
    <message>
        <source>Recent &amp;models</source>
        <translation>最近的模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Data set…</source>
        <translation>数据集(&amp;D)…</translation>
    </message>
    <message>
        <source>Choose the data that accuracy is measured on</source>
        <translation>选择用于测量准确率的数据</translation>
    </message>
    <message>
        <source>Cali&amp;bration data…</source>
        <translation>校准数据(&amp;B)…</translation>
    </message>
    <message>
        <source>Choose the data that methods look at that need a layer&apos;s inputs</source>
        <translation>为需要层输入的方法选择数据</translation>
    </message>
    <message>
        <source>Open &amp;recipe…</source>
        <translation>打开配方(&amp;R)…</translation>
    </message>
    <message>
        <source>Open a recipe for this model</source>
        <translation>为此模型打开配方</translation>
    </message>
    <message>
        <source>Recent re&amp;cipes</source>
        <translation>最近的配方(&amp;C)</translation>
    </message>
    <message>
        <source>Save the recipe to its file</source>
        <translation>将配方保存到其文件</translation>
    </message>
    <message>
        <source>Save the recipe to a new file</source>
        <translation>将配方保存到新文件</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>Write the compressed model to an ONNX file</source>
        <translation>将压缩后的模型写入 ONNX 文件</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Close the window; the session is kept</source>
        <translation>关闭窗口，会话会保留</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Undo: %1</source>
        <translation>撤销：%1</translation>
    </message>
    <message>
        <source>Redo: %1</source>
        <translation>重做：%1</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>预设(&amp;P)</translation>
    </message>
    <message>
        <source>Save &amp;variant</source>
        <translation>保存变体(&amp;V)</translation>
    </message>
    <message>
        <source>Keep the recipe and its figures as a variant</source>
        <translation>将配方及其数值保留为变体</translation>
    </message>
    <message>
        <source>Copy as command &amp;line</source>
        <translation>复制为命令行(&amp;L)</translation>
    </message>
    <message>
        <source>Copy the lathe command that makes the same file</source>
        <translation>复制生成相同文件的 lathe 命令</translation>
    </message>
    <message>
        <source>Arrange the window to look at the model</source>
        <translation>将窗口布置为查看模型</translation>
    </message>
    <message>
        <source>Arrange the window to change layers and watch what follows</source>
        <translation>将窗口布置为调节各层并观察结果</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>面板(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>Put the panels of this perspective back</source>
        <translation>将此视角的面板恢复原位</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Measure again</source>
        <translation>重新测量(&amp;M)</translation>
    </message>
    <message>
        <source>Measure the recipe once more</source>
        <translation>再次测量配方</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Stop what is running</source>
        <translation>停止正在运行的任务</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keyboard</source>
        <translation>键盘(&amp;K)</translation>
    </message>
    <message>
        <source>List all keys</source>
        <translation>列出所有按键</translation>
    </message>
    <message>
        <source>&amp;About Lathe</source>
        <translation>关于 Lathe(&amp;A)</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>版本与许可证</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>&amp;New project…</source>
        <translation>新建项目(&amp;N)…</translation>
    </message>
    <message>
        <source>Begin a project for a model, in a file of its own</source>
        <translation>为模型新建项目，保存在单独的文件中</translation>
    </message>
    <message>
        <source>&amp;Open model or project…</source>
        <translation>打开模型或项目(&amp;O)…</translation>
    </message>
    <message>
        <source>Open an ONNX model or a project</source>
        <translation>打开 ONNX 模型或项目</translation>
    </message>
    <message>
        <source>Recent &amp;projects</source>
        <translation>最近的项目(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>保存项目(&amp;S)</translation>
    </message>
    <message>
        <source>Save data set, recipe, variants and layout to a file</source>
        <translation>将数据集、配方、变体和布局保存到文件</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>项目另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Save the project to a new file</source>
        <translation>将项目保存到新文件</translation>
    </message>
    <message>
        <source>Sa&amp;ve recipe</source>
        <translation>保存配方(&amp;V)</translation>
    </message>
    <message>
        <source>Save recipe as…</source>
        <translation>配方另存为…</translation>
    </message>
    <message>
        <source>Pr&amp;eferences…</source>
        <translation>首选项(&amp;E)…</translation>
    </message>
    <message>
        <source>Colours, threads and memory</source>
        <translation>配色、线程与内存</translation>
    </message>
    <message>
        <source>&amp;Contents</source>
        <translation>目录(&amp;C)</translation>
    </message>
    <message>
        <source>How Lathe works; F1 tells about what has the focus</source>
        <translation>Lathe 使用说明；按 F1 查看当前焦点控件的说明</translation>
    </message>
    <message>
        <source>&amp;Layers</source>
        <translation>层(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Copy settings</source>
        <translation>复制设置(&amp;C)</translation>
    </message>
    <message>
        <source>Copy what is done to the selected layer</source>
        <translation>复制对所选层所做的设置</translation>
    </message>
    <message>
        <source>&amp;Paste settings</source>
        <translation>粘贴设置(&amp;P)</translation>
    </message>
    <message>
        <source>Do the same to the selected layers</source>
        <translation>对所选层做同样的设置</translation>
    </message>
    <message>
        <source>&amp;Rules…</source>
        <translation>规则(&amp;R)…</translation>
    </message>
    <message>
        <source>Settings for all layers of a name, as patterns</source>
        <translation>按名称模式为多个层设置</translation>
    </message>
    <message>
        <source>Take the &amp;tour</source>
        <translation>开始导览(&amp;T)</translation>
    </message>
    <message>
        <source>Save variant</source>
        <translation>保存变体</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>保持不变(&amp;K)</translation>
    </message>
    <message>
        <source>Nothing changes the selected layers until they are let go</source>
        <translation>解除之前，所选的层不会改变</translation>
    </message>
    <message>
        <source>Go to &amp;settings</source>
        <translation>转到设置(&amp;S)</translation>
    </message>
    <message>
        <source>Settings of the selected layers: %1</source>
        <translation>所选层的设置：%1</translation>
    </message>
    <message>
        <source>Set variants beside the baseline: samples, classes, layers; once more, or Esc, leads back</source>
        <translation>把变体与基线并列：样本、类别、层；再按一次或按 Esc 返回</translation>
    </message>
    <message>
        <source>&amp;Next panel</source>
        <translation>下一个面板(&amp;N)</translation>
    </message>
    <message>
        <source>Put the focus on the next panel</source>
        <translation>把焦点移到下一个面板</translation>
    </message>
    <message>
        <source>Pre&amp;vious panel</source>
        <translation>上一个面板(&amp;V)</translation>
    </message>
    <message>
        <source>Put the focus on the previous panel</source>
        <translation>把焦点移到上一个面板</translation>
    </message>
    <message>
        <source>Pa&amp;use measuring</source>
        <translation>暂停测量(&amp;U)</translation>
    </message>
    <message>
        <source>Stop before all samples are measured; once more: go on</source>
        <translation>不等全部样本测完就停下；再次选择则继续</translation>
    </message>
    <message>
        <source>Choose a layer, change it, see what it did, export</source>
        <translation>选择层、修改它、看结果、导出</translation>
    </message>
    <message>
        <source>Settings for all layers, or for those that are selected</source>
        <translation>用于所有层或所选层的设置</translation>
    </message>
    <message>
        <source>Reco&amp;ver…</source>
        <translation>恢复(&amp;V)…</translation>
    </message>
    <message>
        <source>Win back what compressing has lost</source>
        <translation>找回压缩损失的准确率</translation>
    </message>
    <message>
        <source>Remove &amp;dead channels</source>
        <translation>去掉无效通道(&amp;D)</translation>
    </message>
    <message>
        <source>Channels that give nothing to any layer go; what the model computes stays.</source>
        <translation>去掉对任何层都没有贡献的通道；模型的计算结果不变。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MainWindow</name>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>奇异值谱</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Graph</source>
        <translation>计算图</translation>
    </message>
    <message>
        <source>The command line is on the clipboard.</source>
        <translation>命令行已复制到剪贴板。</translation>
    </message>
    <message>
        <source>No data set yet: sizes are exact, accuracy is unknown. The last one was %1.</source>
        <translation>尚无数据集：大小是准确的，准确率未知。上次使用的是 %1。</translation>
    </message>
    <message>
        <source>Check and use it…</source>
        <translation>检查并使用…</translation>
    </message>
    <message>
        <source>This model has no layer with a constant weight, so there is nothing to compress.</source>
        <translation>此模型没有带常量权重的层，因此没有可压缩的内容。</translation>
    </message>
    <message>
        <source>Lathe</source>
        <translation>Lathe</translation>
    </message>
    <message>
        <source>%1 is not the file that was measured in this project. Recipes were kept, figures were dropped.</source>
        <translation>%1 不是此项目中测量过的文件。配方已保留，数值已舍弃。</translation>
    </message>
    <message>
        <source>Trade-off</source>
        <translation>权衡</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>%1[*] – Lathe</source>
        <translation>%1[*] – Lathe</translation>
    </message>
    <message>
        <source>%1 % – %2</source>
        <translation>%1% – %2</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ManagePresetsDialog</name>
    <message>
        <source>&amp;Rename</source>
        <translation>重命名(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Presets of your own</source>
        <translation>自己的预设</translation>
    </message>
    <message>
        <source>Type another name (F2)</source>
        <translation>输入另一个名称（F2）</translation>
    </message>
    <message>
        <source>Take it out of the menu (Del)</source>
        <translation>从菜单中去掉（Del）</translation>
    </message>
    <message>
        <source>A preset needs a name.</source>
        <translation>预设需要一个名称。</translation>
    </message>
    <message>
        <source>Two presets cannot have the same name.</source>
        <translation>两个预设不能同名。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MeasuringMark</name>
    <message>
        <source>Being measured. A click pauses (Shift+F5).</source>
        <translation>正在测量。单击可暂停 (Shift+F5)。</translation>
    </message>
    <message>
        <source>Goes on to all samples in a moment. A click keeps it from that (Shift+F5).</source>
        <translation>稍后会自动测完全部样本。单击可阻止 (Shift+F5)。</translation>
    </message>
    <message>
        <source>Paused. A click goes on to all samples (Shift+F5).</source>
        <translation>已暂停。单击可继续测完全部样本 (Shift+F5)。</translation>
    </message>
    <message>
        <source>Measured on all samples.</source>
        <translation>全部样本均已测完。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MethodGroup</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More about: %1</source>
        <translation>更多选项：%1</translation>
    </message>
    <message>
        <source>Choices that are rarely changed</source>
        <translation>很少需要改动的选项</translation>
    </message>
    <message>
        <source>Choose data…</source>
        <translation>选择数据…</translation>
    </message>
    <message>
        <source>uses %1</source>
        <translation>使用 %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MethodSpec</name>
    <message numerus="yes">
        <source>Every %n output(s)</source>
        <translation>
            <numerusform>每 %n 个输出</numerusform>
        </translation>
    </message>
    <message>
        <source>Codebook for</source>
        <translation>码本范围</translation>
    </message>
    <message>
        <source>One codebook for the whole weight, or one for so many outputs: closer, with more tables to store</source>
        <translation>整个权重共用一个码本，或每若干个输出一个：更精确，但要存更多码表</translation>
    </message>
    <message>
        <source>All outputs</source>
        <translation>所有输出</translation>
    </message>
    <message>
        <source>Values found</source>
        <translation>取值求法</translation>
    </message>
    <message>
        <source>Optimally, or from a start that is then improved step by step</source>
        <translation>求最优解，或从某个初值逐步改进</translation>
    </message>
    <message>
        <source>optimally</source>
        <translation>最优</translation>
    </message>
    <message>
        <source>No other values have a smaller squared error.</source>
        <translation>没有其他取值的平方误差更小。</translation>
    </message>
    <message>
        <source>from even spacing</source>
        <translation>等间距初值</translation>
    </message>
    <message>
        <source>Keeps the large weights best.</source>
        <translation>最能保住大权重。</translation>
    </message>
    <message>
        <source>from density</source>
        <translation>密度初值</translation>
    </message>
    <message>
        <source>As many weights for each value at the start</source>
        <translation>初始时每个取值对应的权重数相同</translation>
    </message>
    <message>
        <source>k-means++</source>
        <translation>k-means++</translation>
    </message>
    <message>
        <source>Errors count</source>
        <translation>误差加权</translation>
    </message>
    <message>
        <source>All alike, or by what they do to the layer&apos;s output</source>
        <translation>一视同仁，或按对该层输出的影响</translation>
    </message>
    <message>
        <source>all alike</source>
        <translation>等权</translation>
    </message>
    <message>
        <source>by input</source>
        <translation>按输入</translation>
    </message>
    <message>
        <source>By the mean square of the weight&apos;s input</source>
        <translation>按该权重输入的均方值</translation>
    </message>
    <message>
        <source>by cost</source>
        <translation>按代价</translation>
    </message>
    <message>
        <source>By what moving the weight costs when the others make up for it</source>
        <translation>按其余权重补偿后，移动该权重的代价</translation>
    </message>
    <message>
        <source>Fitted to</source>
        <translation>拟合目标</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>The smallest error in the weights</source>
        <translation>权重误差最小</translation>
    </message>
    <message>
        <source>calibration data</source>
        <translation>校准数据</translation>
    </message>
    <message>
        <source>The smallest error in the layer&apos;s output</source>
        <translation>该层输出误差最小</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Into which products the weight is split</source>
        <translation>将权重分解为何种乘积</translation>
    </message>
    <message>
        <source>by channel</source>
        <translation>按通道</translation>
    </message>
    <message>
        <source>A convolution becomes k×k, then 1×1; any other layer two products.</source>
        <translation>卷积分解为 k×k 再接 1×1；其他层分解为两次矩阵乘。</translation>
    </message>
    <message>
        <source>spatial</source>
        <translation>按空间</translation>
    </message>
    <message>
        <source>A convolution becomes k×1, then 1×k.</source>
        <translation>卷积分解为 k×1 再接 1×k。</translation>
    </message>
    <message>
        <source>Tucker-2</source>
        <translation>Tucker-2</translation>
    </message>
    <message>
        <source>A convolution becomes 1×1, k×k, 1×1.</source>
        <translation>卷积分解为 1×1、k×k、1×1。</translation>
    </message>
    <message numerus="yes">
        <source>%n bit(s)</source>
        <translation>
            <numerusform>%n 位</numerusform>
        </translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>聚类</translation>
    </message>
    <message>
        <source>shared values</source>
        <translation>共享取值</translation>
    </message>
    <message>
        <source>Stores each weight as one of a few values that suit this layer (a codebook). Takes the place of quantization.</source>
        <translation>将每个权重存为适合该层的少数取值之一（码本）。取代量化。</translation>
    </message>
    <message>
        <source>Clusters on</source>
        <translation>启用聚类</translation>
    </message>
    <message>
        <source>Clusters of %1 layers on</source>
        <translation>启用 %1 个层的聚类</translation>
    </message>
    <message>
        <source>Clusters off</source>
        <translation>停用聚类</translation>
    </message>
    <message>
        <source>Clusters of %1 layers off</source>
        <translation>停用 %1 个层的聚类</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>聚类数</translation>
    </message>
    <message>
        <source>Clusters of %1 layers</source>
        <translation>%1 个层的聚类数</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>thinner factors</source>
        <translation>低秩因子</translation>
    </message>
    <message>
        <source>Replaces the weight by the product of thinner ones (singular value decomposition). Takes the place of depthwise + pointwise.</source>
        <translation>用更窄的矩阵之积代替权重（奇异值分解）。取代“逐通道 + 逐点”。</translation>
    </message>
    <message>
        <source>Rank on</source>
        <translation>启用低秩</translation>
    </message>
    <message>
        <source>Rank of %1 layers on</source>
        <translation>启用 %1 个层的低秩</translation>
    </message>
    <message>
        <source>Rank off</source>
        <translation>停用低秩</translation>
    </message>
    <message>
        <source>Rank of %1 layers off</source>
        <translation>停用 %1 个层的低秩</translation>
    </message>
    <message>
        <source>Best for the weights, or for the layer&apos;s output on calibration data</source>
        <translation>对权重最优，或对该层在校准数据上的输出最优</translation>
    </message>
    <message>
        <source>Factors</source>
        <translation>因子</translation>
    </message>
    <message>
        <source>Bits that the factors are stored in</source>
        <translation>存储因子所用的位数</translation>
    </message>
    <message>
        <source>as set above</source>
        <translation>同上方设置</translation>
    </message>
    <message>
        <source>Residual</source>
        <translation>残差</translation>
    </message>
    <message>
        <source>What the factors leave over can be stored too, in few bits, and is added to them.</source>
        <translation>因子未能表示的残差也可用少量位存储，并加回结果。</translation>
    </message>
    <message>
        <source>not stored</source>
        <translation>不存储</translation>
    </message>
    <message>
        <source>Depthwise + pointwise</source>
        <translation>逐通道 + 逐点</translation>
    </message>
    <message>
        <source>two small convolutions</source>
        <translation>两个小卷积</translation>
    </message>
    <message>
        <source>Replaces a convolution by one k×k filter for each channel and a 1×1 convolution. Takes the place of rank.</source>
        <translation>用每通道一个 k×k 滤波器加一个 1×1 卷积代替原卷积。取代低秩分解。</translation>
    </message>
    <message>
        <source>Depthwise + pointwise on</source>
        <translation>启用逐通道 + 逐点</translation>
    </message>
    <message>
        <source>Depthwise + pointwise for %1 layers on</source>
        <translation>启用 %1 个层的逐通道 + 逐点</translation>
    </message>
    <message>
        <source>Depthwise + pointwise off</source>
        <translation>停用逐通道 + 逐点</translation>
    </message>
    <message>
        <source>Depthwise + pointwise for %1 layers off</source>
        <translation>停用 %1 个层的逐通道 + 逐点</translation>
    </message>
    <message>
        <source>blocks of %1×%2</source>
        <translation>%1×%2 块</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Which weights go</source>
        <translation>剪除准则</translation>
    </message>
    <message>
        <source>How the weights that matter least are found</source>
        <translation>如何找出最不重要的权重</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Which weights go together. 2:4 keeps two of every four weights of a row; 4×1 takes blocks of four rows and one column. Any other can be typed.</source>
        <translation>哪些权重一起剪除。2:4 在每行每四个权重中保留两个；4×1 以四行一列为块。也可输入其他模式。</translation>
    </message>
    <message>
        <source>Each weight by itself</source>
        <translation>每个权重单独处理</translation>
    </message>
    <message>
        <source>Two of every four stay: half is pruned.</source>
        <translation>每四个保留两个：剪除一半。</translation>
    </message>
    <message>
        <source>One of every four stays.</source>
        <translation>每四个保留一个。</translation>
    </message>
    <message>
        <source>Four of every eight stay: half is pruned.</source>
        <translation>每八个保留四个：剪除一半。</translation>
    </message>
    <message>
        <source>Four outputs together</source>
        <translation>四个输出一组</translation>
    </message>
    <message>
        <source>Four neighbours of a row together</source>
        <translation>同一行相邻四个一组</translation>
    </message>
    <message>
        <source>Ratio holds</source>
        <translation>比例适用于</translation>
    </message>
    <message>
        <source>In each layer, or over all layers of this scope together, which share one threshold</source>
        <translation>在每层内，或在此范围的所有层上共用一个阈值</translation>
    </message>
    <message>
        <source>in each layer</source>
        <translation>每层</translation>
    </message>
    <message>
        <source>over all layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>Layers with small weights lose more than the others.</source>
        <translation>权重较小的层会被剪得更多。</translation>
    </message>
    <message>
        <source>An N:M pattern holds in every row.</source>
        <translation>N:M 模式在每一行都成立。</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>weights to zero</source>
        <translation>权重置零</translation>
    </message>
    <message>
        <source>Sets the weights that matter least to zero.</source>
        <translation>将最不重要的权重置零。</translation>
    </message>
    <message>
        <source>Pruning on</source>
        <translation>启用剪枝</translation>
    </message>
    <message>
        <source>Pruning of %1 layers on</source>
        <translation>启用 %1 个层的剪枝</translation>
    </message>
    <message>
        <source>Pruning off</source>
        <translation>停用剪枝</translation>
    </message>
    <message>
        <source>Pruning of %1 layers off</source>
        <translation>停用 %1 个层的剪枝</translation>
    </message>
    <message>
        <source>Share of weights set to zero</source>
        <translation>置零权重的比例</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Pruning of %1 layers</source>
        <translation>%1 个层的剪枝</translation>
    </message>
    <message>
        <source>%1 says how many weights go.</source>
        <translation>剪除多少权重由 %1 决定。</translation>
    </message>
    <message>
        <source>Groups of %1</source>
        <translation>每组 %1 个</translation>
    </message>
    <message>
        <source>Only for evenly spaced values: the chosen format has values of its own.</source>
        <translation>仅用于等间距取值：所选格式有自己的取值。</translation>
    </message>
    <message>
        <source>Scale per</source>
        <translation>缩放粒度</translation>
    </message>
    <message>
        <source>Per channel: each output has its own scale. Per tensor: one scale for the whole weight. Groups: so many consecutive weights of a row share one; the smaller, the closer, the more scales to store.</source>
        <translation>逐通道：每个输出有自己的缩放因子。逐张量：整个权重共用一个。分组：同一行中连续若干个权重共用一个；组越小越精确，要存的缩放因子也越多。</translation>
    </message>
    <message>
        <source>Per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>Per tensor</source>
        <translation>逐张量</translation>
    </message>
    <message>
        <source>This format needs no scales.</source>
        <translation>此格式不需要缩放因子。</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>舍入</translation>
    </message>
    <message>
        <source>Nearest, or GPTQ: one column after the other, the rest makes up for the error</source>
        <translation>就近舍入，或 GPTQ：逐列舍入，由其余列补偿误差</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>就近</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Columns are rounded one after the other, and those still to come make up for the error in the layer&apos;s output. Slower.</source>
        <translation>逐列舍入，并由尚未舍入的列补偿该层输出的误差。较慢。</translation>
    </message>
    <message>
        <source>This format is always rounded to the nearest.</source>
        <translation>此格式总是就近舍入。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>Which numbers the codes stand for</source>
        <translation>编码代表哪些数值</translation>
    </message>
    <message>
        <source>evenly spaced</source>
        <translation>等间距</translation>
    </message>
    <message>
        <source>NF4</source>
        <translation>NF4</translation>
    </message>
    <message>
        <source>16 values as a normal distribution has them; 4 bits</source>
        <translation>按正态分布取 16 个值；4 位</translation>
    </message>
    <message>
        <source>ternary</source>
        <translation>三值</translation>
    </message>
    <message>
        <source>−a, 0 and a; 2 bits</source>
        <translation>−a、0 和 a；2 位</translation>
    </message>
    <message>
        <source>binary</source>
        <translation>二值</translation>
    </message>
    <message>
        <source>−a and a; 1 bit</source>
        <translation>−a 和 a；1 位</translation>
    </message>
    <message>
        <source>float16</source>
        <translation>float16</translation>
    </message>
    <message>
        <source>Half precision; 16 bits</source>
        <translation>半精度；16 位</translation>
    </message>
    <message>
        <source>bfloat16</source>
        <translation>bfloat16</translation>
    </message>
    <message>
        <source>The range of float32, 8 bits of precision; 16 bits</source>
        <translation>范围同 float32，精度 8 位；共 16 位</translation>
    </message>
    <message>
        <source>Symmetry</source>
        <translation>对称性</translation>
    </message>
    <message>
        <source>Symmetric: values around zero. Asymmetric: from the smallest to the largest weight.</source>
        <translation>对称：取值以零为中心。非对称：从最小权重到最大权重。</translation>
    </message>
    <message>
        <source>symmetric</source>
        <translation>对称</translation>
    </message>
    <message>
        <source>asymmetric</source>
        <translation>非对称</translation>
    </message>
    <message>
        <source>%1 % of the weights</source>
        <translation>%1% 的权重</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>From where to where the values reach. Weights outside are clipped; the rest lies closer.</source>
        <translation>取值覆盖的范围。范围外的权重被截断，其余的更精确。</translation>
    </message>
    <message>
        <source>all weights</source>
        <translation>所有权重</translation>
    </message>
    <message>
        <source>None is clipped.</source>
        <translation>不截断。</translation>
    </message>
    <message>
        <source>least squares</source>
        <translation>最小二乘</translation>
    </message>
    <message>
        <source>The range with the smallest squared error</source>
        <translation>平方误差最小的范围</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>Correct it by the mean error that rounding makes in the layer&apos;s output</source>
        <translation>用舍入在该层输出中造成的平均误差来校正</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>From calibration data where another method has some and the layer&apos;s error falls by it, else from the normalizations where the weights lose little.</source>
        <translation>其他方法已有校准数据且该层误差因此下降时取自数据；否则在权重损失很小时取自归一化。</translation>
    </message>
    <message>
        <source>from data</source>
        <translation>取自数据</translation>
    </message>
    <message>
        <source>The mean output error goes into the bias.</source>
        <translation>平均输出误差并入偏置。</translation>
    </message>
    <message>
        <source>from constants</source>
        <translation>取自常量</translation>
    </message>
    <message>
        <source>The same by what the normalizations around the layer say of its inputs; no data is needed.</source>
        <translation>同上，但依据该层前后的归一化对其输入的描述；无需数据。</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>fewer bits</source>
        <translation>减少位数</translation>
    </message>
    <message>
        <source>Stores each weight as one of a few values. Takes the place of clusters.</source>
        <translation>将每个权重存为少数取值之一。取代聚类。</translation>
    </message>
    <message>
        <source>Quantization on</source>
        <translation>启用量化</translation>
    </message>
    <message>
        <source>Quantization of %1 layers on</source>
        <translation>启用 %1 个层的量化</translation>
    </message>
    <message>
        <source>Quantization off</source>
        <translation>停用量化</translation>
    </message>
    <message>
        <source>Quantization of %1 layers off</source>
        <translation>停用 %1 个层的量化</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Bits of %1 layers</source>
        <translation>%1 个层的位数</translation>
    </message>
    <message numerus="yes">
        <source>The chosen values take %n bit(s).</source>
        <translation>
            <numerusform>所选取值固定为 %n 位。</numerusform>
        </translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>折叠</translation>
    </message>
    <message>
        <source>normalization into the weight</source>
        <translation>归一化并入权重</translation>
    </message>
    <message>
        <source>Works the batch normalization that takes the layer&apos;s output into its weight and bias. What the model computes stays.</source>
        <translation>把接收该层输出的批归一化并入其权重和偏置。模型的计算结果不变。</translation>
    </message>
    <message>
        <source>Fold on</source>
        <translation>开启折叠</translation>
    </message>
    <message>
        <source>Fold for %1 layers on</source>
        <translation>为 %1 层开启折叠</translation>
    </message>
    <message>
        <source>Fold off</source>
        <translation>关闭折叠</translation>
    </message>
    <message>
        <source>Fold for %1 layers off</source>
        <translation>为 %1 层关闭折叠</translation>
    </message>
    <message>
        <source>Renormalize</source>
        <translation>重新归一化</translation>
    </message>
    <message>
        <source>normalization measured again</source>
        <translation>归一化已重新测量</translation>
    </message>
    <message>
        <source>Measures mean and variance of the batch normalizations behind the layer again, in the compressed model on calibration data.</source>
        <translation>在压缩后的模型上用校准数据重新测量该层之后批归一化的均值和方差。</translation>
    </message>
    <message>
        <source>Renormalize on</source>
        <translation>开启重新归一化</translation>
    </message>
    <message>
        <source>Renormalize for %1 layers on</source>
        <translation>为 %1 层开启重新归一化</translation>
    </message>
    <message>
        <source>Renormalize off</source>
        <translation>关闭重新归一化</translation>
    </message>
    <message>
        <source>Renormalize for %1 layers off</source>
        <translation>为 %1 层关闭重新归一化</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>缩放因子</translation>
    </message>
    <message>
        <source>What the codes are multiplied by</source>
        <translation>编码所乘的数</translation>
    </message>
    <message>
        <source>of any size</source>
        <translation>任意大小</translation>
    </message>
    <message>
        <source>powers of two</source>
        <translation>2 的幂</translation>
    </message>
    <message>
        <source>Rounded up to a power of two: hardware shifts instead of multiplying. The steps are up to twice as wide.</source>
        <translation>向上取到 2 的幂：硬件用移位代替乘法。步长最多为两倍。</translation>
    </message>
    <message>
        <source>So much goes</source>
        <translation>去掉的量</translation>
    </message>
    <message>
        <source>Of each layer&apos;s channels, or of what the whole model takes: then the layers with the same setting share what has to go</source>
        <translation>按每层的通道计，或按整个模型的开销计：此时设置相同的各层共同分担</translation>
    </message>
    <message>
        <source>of the channels</source>
        <translation>按通道</translation>
    </message>
    <message>
        <source>The same share of each layer&apos;s channels</source>
        <translation>每层去掉相同比例的通道</translation>
    </message>
    <message>
        <source>of the MACs</source>
        <translation>按乘加次数</translation>
    </message>
    <message>
        <source>Channels go where they save most multiplications for what they are worth.</source>
        <translation>在以最小代价节省最多乘法的地方去掉通道。</translation>
    </message>
    <message>
        <source>of the bytes</source>
        <translation>按字节数</translation>
    </message>
    <message>
        <source>Channels go where they save most of the file for what they are worth.</source>
        <translation>在以最小代价节省最多文件大小的地方去掉通道。</translation>
    </message>
    <message>
        <source>of the time</source>
        <translation>按时间</translation>
    </message>
    <message>
        <source>As measured on this machine; channels go only where that saves time.</source>
        <translation>在本机上测量；只在确实省时的地方去掉通道。</translation>
    </message>
    <message>
        <source>by a count</source>
        <translation>按个数</translation>
    </message>
    <message>
        <source>Which channels go</source>
        <translation>去掉哪些通道</translation>
    </message>
    <message>
        <source>How the channels that matter least are found</source>
        <translation>如何找出最不重要的通道</translation>
    </message>
    <message>
        <source>Channels that are merged are chosen by how alike they are.</source>
        <translation>要合并的通道按相似程度选择。</translation>
    </message>
    <message>
        <source>They are</source>
        <translation>处理方式</translation>
    </message>
    <message>
        <source>Whether channels go, or those that are alike become one</source>
        <translation>去掉通道，或把相似的通道合为一个</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>merged</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Channels that are alike become one, which is read in place of all of them.</source>
        <translation>相似的通道合为一个，后面的层改读这一个。</translation>
    </message>
    <message>
        <source>Layers behind</source>
        <translation>后面的层</translation>
    </message>
    <message>
        <source>How the layers that read the channels make up for those that go</source>
        <translation>读取这些通道的层如何弥补去掉的通道</translation>
    </message>
    <message>
        <source>stay as they are</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>get their mean</source>
        <translation>得到平均值</translation>
    </message>
    <message>
        <source>Their bias gets what the channels give on average, as far as normalizations say it.</source>
        <translation>在归一化能说明的范围内，把通道的平均贡献加到它们的偏置上。</translation>
    </message>
    <message>
        <source>are fitted</source>
        <translation>重新拟合</translation>
    </message>
    <message>
        <source>Least squares on calibration data: the best that the channels that stay can give</source>
        <translation>在校准数据上做最小二乘：留下的通道所能做到的最好结果</translation>
    </message>
    <message>
        <source>multiples of %1</source>
        <translation>%1 的倍数</translation>
    </message>
    <message>
        <source>Left are</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>As many channels stay as a multiple of this: the runtime computes channels in blocks, and a block that is not full saves no time.</source>
        <translation>留下的通道数为它的倍数：运行时按块计算通道，不满的块并不省时。</translation>
    </message>
    <message>
        <source>any number</source>
        <translation>任意个数</translation>
    </message>
    <message>
        <source>whole blocks</source>
        <translation>整块</translation>
    </message>
    <message>
        <source>As many as the runtime computes at once on this processor</source>
        <translation>运行时在此处理器上一次计算的个数</translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n 个通道</numerusform>
        </translation>
    </message>
    <message>
        <source>At least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>So many channels stay in each layer, whatever goes</source>
        <translation>无论去掉多少，每层都保留这么多通道</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>a narrower network</source>
        <translation>更窄的网络</translation>
    </message>
    <message>
        <source>Takes whole channels out of the network, with all that can only go with them: the model becomes smaller and faster everywhere.</source>
        <translation>从网络中去掉整个通道，以及只能随之去掉的一切：模型在任何地方都更小、更快。</translation>
    </message>
    <message>
        <source>Channels on</source>
        <translation>开启通道裁剪</translation>
    </message>
    <message>
        <source>Channels of %1 layers on</source>
        <translation>开启 %1 层的通道裁剪</translation>
    </message>
    <message>
        <source>Channels off</source>
        <translation>关闭通道裁剪</translation>
    </message>
    <message>
        <source>Channels of %1 layers off</source>
        <translation>关闭 %1 层的通道裁剪</translation>
    </message>
    <message>
        <source>Share that goes</source>
        <translation>去掉的比例</translation>
    </message>
    <message>
        <source>Channels of %1 layers</source>
        <translation>%1 层的通道</translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) stay, whatever share that is.</source>
        <translation>
            <numerusform>保留 %n 个通道，不论占多大比例。</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>去块</translation>
    </message>
    <message>
        <source>a whole block</source>
        <translation>整个块</translation>
    </message>
    <message>
        <source>Leaves out the smallest part of the network around the layer that its input can stand for.</source>
        <translation>去掉该层周围可由其输入代替的最小部分。</translation>
    </message>
    <message>
        <source>Block dropped</source>
        <translation>去掉块</translation>
    </message>
    <message>
        <source>Blocks of %1 layers dropped</source>
        <translation>去掉 %1 层所在的块</translation>
    </message>
    <message>
        <source>Block back</source>
        <translation>恢复块</translation>
    </message>
    <message>
        <source>Blocks of %1 layers back</source>
        <translation>恢复 %1 层所在的块</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MissingModel</name>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 等，另有 %2 个</translation>
    </message>
    <message>
        <source>It has the same layers of the same shapes, with other weights or another graph around them.</source>
        <translation>层及其形状相同，但权重或其余计算图不同。</translation>
    </message>
    <message numerus="yes">
        <source>%n layers of the project&apos;s model are missing: %1.</source>
        <translation>
            <numerusform>缺少项目模型中的 %n 个层：%1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers have another shape: %1.</source>
        <translation>
            <numerusform>%n 个层的形状不同：%1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers are new.</source>
        <translation>
            <numerusform>新增 %n 个层。</numerusform>
        </translation>
    </message>
    <message>
        <source>The project does not remember the layers of its model, so only its rules could be tried.</source>
        <translation>项目没有记录其模型的层，因此只能检验规则。</translation>
    </message>
    <message>
        <source>Every rule of the project matches a layer there.</source>
        <translation>项目的每条规则在其中都有匹配的层。</translation>
    </message>
    <message>
        <source>Rules without a layer there would be left out: %1.</source>
        <translation>在其中没有匹配层的规则将被略去：%1。</translation>
    </message>
    <message>
        <source>Lathe</source>
        <translation>Lathe</translation>
    </message>
    <message>
        <source>%1 is no longer in %2, and not beside %3 either.</source>
        <translation>%1 已不在 %2 中，也不在 %3 旁边。</translation>
    </message>
    <message>
        <source>Show where the model is now. Recipes, variants and figures stay with it; the project remembers its new place when it is saved.</source>
        <translation>请指出模型现在的位置。配方、变体和数值都会保留；保存项目时会记住新位置。</translation>
    </message>
    <message>
        <source>&amp;Find the model…</source>
        <translation>查找模型(&amp;F)…</translation>
    </message>
    <message>
        <source>Where is %1?</source>
        <translation>%1 在哪里？</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Comparing %1 with the project&apos;s model</source>
        <translation>正在将 %1 与项目的模型比较</translation>
    </message>
    <message>
        <source>%1 is not the model that %2 was made with.</source>
        <translation>%1 不是 %2 所用的模型。</translation>
    </message>
    <message>
        <source>If it is used, recipe and variants go on with it where its layers fit; their figures are measured anew.</source>
        <translation>如果使用它，配方和变体将在层相符之处继续有效，数值会重新测量。</translation>
    </message>
    <message>
        <source>&amp;Use it anyway</source>
        <translation>仍然使用(&amp;U)</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>无法读取 %1。</translation>
    </message>
    <message>
        <source>&amp;Look again…</source>
        <translation>重新查找(&amp;L)…</translation>
    </message>
    <message>
        <source>Rules that match no layer of %1 were left out: %2.</source>
        <translation>在 %1 中没有匹配层的规则已略去：%2。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::MixedSpinBox</name>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
</context>
<context>
    <name>lathe::ui::NodePanel</name>
    <message>
        <source>The node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Close the node</source>
        <translation>关闭节点面板</translation>
    </message>
    <message>
        <source>NODE</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>VALUES</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>The constants that the node reads, number by number</source>
        <translation>节点读取的常量，逐个数值</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>正在读取 %1…</translation>
    </message>
</context>
<context>
    <name>lathe::ui::NodeText</name>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Input of the model</source>
        <translation>模型的输入</translation>
    </message>
    <message>
        <source>Output of the model</source>
        <translation>模型的输出</translation>
    </message>
    <message>
        <source>%1, version %2</source>
        <translation>%1，版本 %2</translation>
    </message>
    <message>
        <source>In this model</source>
        <translation>在此模型中</translation>
    </message>
    <message>
        <source>No layer by itself; graphs inside of it are listed below.</source>
        <translation>本身不是层；其中的子图列在下面。</translation>
    </message>
    <message>
        <source>No layer: what it reads besides computed values is no weight of a product, a convolution, an embedding or a recurrence.</source>
        <translation>不是层：除计算得到的值以外，它读取的并不是乘积、卷积、嵌入或循环的权重。</translation>
    </message>
    <message>
        <source>No layer: it has no constant weight.</source>
        <translation>不是层：没有恒定的权重。</translation>
    </message>
    <message>
        <source>%1, %2 bits a number</source>
        <translation>%1，每个数 %2 位</translation>
    </message>
    <message>
        <source>Layer %1: %2 weights as %3 × %4, %5</source>
        <translation>层 %1：%2 个权重，%3 × %4，%5</translation>
    </message>
    <message>
        <source>It shares its weight with %1 and changes with that.</source>
        <translation>它与 %1 共用权重，随之改变。</translation>
    </message>
    <message>
        <source>It cannot be compressed: %1.</source>
        <translation>不能压缩：%1。</translation>
    </message>
    <message>
        <source>With the recipe of the moment</source>
        <translation>使用当前配方时</translation>
    </message>
    <message>
        <source>Unchanged.</source>
        <translation>未改动。</translation>
    </message>
    <message>
        <source>Split into several nodes; stored as %1, %2.</source>
        <translation>拆分为多个节点；存为 %1，%2。</translation>
    </message>
    <message>
        <source>Its weight is replaced; stored as %1, %2.</source>
        <translation>权重已替换；存为 %1，%2。</translation>
    </message>
    <message>
        <source>Looking up the nodes…</source>
        <translation>正在查找节点…</translation>
    </message>
    <message>
        <source>Becomes: %1</source>
        <translation>变为：%1</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>省略</translation>
    </message>
    <message>
        <source>scalar</source>
        <translation>标量</translation>
    </message>
    <message>
        <source>computed from constants by %1</source>
        <translation>由 %1 从常量算出</translation>
    </message>
    <message>
        <source>Graph %1</source>
        <translation>子图 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n operator(s)</source>
        <translation>
            <numerusform>%n 个算子</numerusform>
        </translation>
    </message>
    <message>
        <source>Gone with its block: what read the block reads its input instead.</source>
        <translation>随所在的块去掉：原来读取该块的层改读它的输入。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::NowStrip</name>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Share of samples whose highest score is the right class</source>
        <translation>得分最高的类别判对的样本比例</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Points of top-1 against the baseline on the same samples, with the 95 % interval</source>
        <translation>同一批样本上 Top-1 与基线相差的百分点，附 95% 置信区间</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Share of samples for which baseline and current model say the same class</source>
        <translation>基线与当前模型给出相同类别的样本比例</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>Bytes of the file that would be written</source>
        <translation>将写出的文件的字节数</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>压缩比</translation>
    </message>
    <message>
        <source>Original size over current size</source>
        <translation>原始大小与当前大小之比</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MAC</translation>
    </message>
    <message>
        <source>Multiply-accumulates for one sample</source>
        <translation>单样本的乘加次数</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Weights, and values between nodes at most, while one sample runs</source>
        <translation>运行单个样本时，权重与节点间数值的最大占用</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Median time of one sample on this machine, and against the baseline</source>
        <translation>本机上单样本耗时的中位数，以及与基线之比</translation>
    </message>
    <message>
        <source>NOW</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基线</translation>
    </message>
    <message>
        <source>Baseline: %1</source>
        <translation>基线：%1</translation>
    </message>
    <message>
        <source>Now: %1</source>
        <translation>当前：%1</translation>
    </message>
    <message>
        <source>Figures of the baseline and of the current recipe</source>
        <translation>基线与当前配方的数值</translation>
    </message>
</context>
<context>
    <name>lathe::ui::OverlaidHistograms</name>
    <message>
        <source>WEIGHTS</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Choose a layer to see how its weights are distributed in each variant.</source>
        <translation>选择一层即可查看其权重在各变体中的分布。</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>每区间权重数</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic counts: shows the rare weights at the ends</source>
        <translation>对数计数：显示两端少见的权重</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Distributions of the layer&apos;s weights in each variant</source>
        <translation>该层权重在各变体中的分布</translation>
    </message>
    <message>
        <source>weights from %1 to %2</source>
        <translation>权重从 %1 到 %2</translation>
    </message>
</context>
<context>
    <name>lathe::ui::OverlaidSpectra</name>
    <message>
        <source>SPECTRUM</source>
        <translation>奇异值谱</translation>
    </message>
    <message>
        <source>Choose a layer to see its singular values in each variant.</source>
        <translation>选择一层即可查看其在各变体中的奇异值。</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>singular value</source>
        <translation>奇异值</translation>
    </message>
    <message>
        <source>Singular values of the layer in each variant</source>
        <translation>该层在各变体中的奇异值</translation>
    </message>
    <message>
        <source>singular value %1</source>
        <translation>奇异值 %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PanelGrip</name>
    <message>
        <source>Drag to move this panel; double-click to let it float</source>
        <translation>拖动以移动此面板；双击使其浮动</translation>
    </message>
    <message>
        <source>Float %1, or put it back</source>
        <translation>使“%1”浮动或恢复原位</translation>
    </message>
    <message>
        <source>Hide %1</source>
        <translation>隐藏“%1”</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PlainTable</name>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PlanDialog</name>
    <message>
        <source>Training plan</source>
        <translation>训练方案</translation>
    </message>
    <message>
        <source>The plan as JSON</source>
        <translation>JSON 形式的训练方案</translation>
    </message>
    <message>
        <source>&amp;Use this plan</source>
        <translation>使用此方案(&amp;U)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The step of the plan that the fields below are of</source>
        <translation>下面的字段属于方案的这一步</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>How weights follow their gradients</source>
        <translation>权重如何随梯度更新</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Passes over all samples</source>
        <translation>学习全部样本的遍数</translation>
    </message>
    <message>
        <source>%1 batches</source>
        <translation>%1 批</translation>
    </message>
    <message>
        <source>Samples that are learned from at once</source>
        <translation>一次学习的样本数</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>How far a step goes</source>
        <translation>每一步的步长</translation>
    </message>
    <message>
        <source>Original&apos;s answers</source>
        <translation>原模型的输出</translation>
    </message>
    <message>
        <source>Weight of the difference from what the original gives</source>
        <translation>与原模型输出之差的权重</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Higher: small probabilities count more</source>
        <translation>越高，小概率的作用越大</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Weight of the difference from what the original computes before its last layer</source>
        <translation>与原模型最后一层之前的特征之差的权重</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Weight of the right answers</source>
        <translation>正确答案的权重</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>The plan</source>
        <translation>训练方案</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>LOOK</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>配色(&amp;C)</translation>
    </message>
    <message>
        <source>WORK</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>&amp;Threads of one job</source>
        <translation>单个任务的线程数(&amp;T)</translation>
    </message>
    <message>
        <source>Fewer leave room for other programs. Takes effect with the next job.</source>
        <translation>线程越少，越能为其他程序留出余地。从下一个任务起生效。</translation>
    </message>
    <message>
        <source>one for each core (%1)</source>
        <translation>每核一个 (%1)</translation>
    </message>
    <message>
        <source>&amp;Preview, memory</source>
        <translation>预览内存(&amp;P)</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>For all that makes the next move cheap: two thirds for what the preview keeps of each sample, so that a move of one layer need not run the layers before it, one third for layers that were compressed. Takes effect with the next data set.</source>
        <translation>用于使下一次调节更快的全部数据：三分之二用于预览为每个样本保留的数据，这样调节一层时无需重新运行它前面的各层；三分之一用于已压缩的各层。从下一个数据集起生效。</translation>
    </message>
    <message>
        <source>Calibration, &amp;memory</source>
        <translation>校准内存(&amp;M)</translation>
    </message>
    <message>
        <source>Sums of layers that are gathered at once. More: fewer passes over the samples. Takes effect with the next data set.</source>
        <translation>一次收集多少层的统计和。越大，遍历样本的次数越少。从下一个数据集起生效。</translation>
    </message>
    <message>
        <source>Calibration, kept on &amp;disk</source>
        <translation>校准数据磁盘缓存(&amp;D)</translation>
    </message>
    <message>
        <source>Statistics kept between runs, so that they need not be gathered again.</source>
        <translation>在多次运行之间保留的统计量，避免重新收集。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Takes effect when Lathe is started again.</source>
        <translation>重新启动 Lathe 后生效。</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PreprocessingEditor</name>
    <message>
        <source>Preprocessing</source>
        <translation>预处理</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>&amp;Fields</source>
        <translation>字段(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Text</source>
        <translation>文本(&amp;T)</translation>
    </message>
    <message>
        <source>Text of a preprocessor_config.json</source>
        <translation>preprocessor_config.json 的文本</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copies the text of a preprocessor_config.json</source>
        <translation>复制 preprocessor_config.json 的文本</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PreprocessingForm</name>
    <message>
        <source>not at all</source>
        <translation>不缩放</translation>
    </message>
    <message>
        <source>shorter side to</source>
        <translation>短边缩放到</translation>
    </message>
    <message>
        <source>longer side to</source>
        <translation>长边缩放到</translation>
    </message>
    <message>
        <source>to exactly</source>
        <translation>缩放到指定尺寸</translation>
    </message>
    <message>
        <source>What an image is resized to before anything is cut off.</source>
        <translation>裁剪之前图像缩放到的尺寸。</translation>
    </message>
    <message>
        <source>Shorter side in pixels</source>
        <translation>短边像素数</translation>
    </message>
    <message>
        <source>Longer side at most, in pixels; 0: any</source>
        <translation>长边像素数上限；0：不限</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Longer side in pixels</source>
        <translation>长边像素数</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>宽度像素数</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>高度像素数</translation>
    </message>
    <message>
        <source>longer one at most</source>
        <translation>长边不超过</translation>
    </message>
    <message>
        <source>&amp;Resize</source>
        <translation>缩放(&amp;R)</translation>
    </message>
    <message>
        <source>bilinear</source>
        <translation>双线性</translation>
    </message>
    <message>
        <source>bicubic</source>
        <translation>双三次</translation>
    </message>
    <message>
        <source>Lanczos</source>
        <translation>Lanczos</translation>
    </message>
    <message>
        <source>nearest pixel</source>
        <translation>最近像素</translation>
    </message>
    <message>
        <source>box</source>
        <translation>盒式</translation>
    </message>
    <message>
        <source>Hamming</source>
        <translation>Hamming</translation>
    </message>
    <message>
        <source>How Pillow, and with it torchvision and Hugging Face, would resize: the filter that the model was trained with.</source>
        <translation>按 Pillow（torchvision 和 Hugging Face 也用它）的方式缩放：应选择训练模型时所用的滤波器。</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>滤波(&amp;F)</translation>
    </message>
    <message>
        <source>the &amp;centre</source>
        <translation>中心(&amp;C)</translation>
    </message>
    <message>
        <source>Cuts off what is outside; a smaller image gets a black frame.</source>
        <translation>裁去中心之外的部分；较小的图像补黑边。</translation>
    </message>
    <message>
        <source>Width of what is cut out</source>
        <translation>裁剪宽度</translation>
    </message>
    <message>
        <source>Height of what is cut out</source>
        <translation>裁剪高度</translation>
    </message>
    <message>
        <source>Cut out</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>&amp;multiply by</source>
        <translation>乘以(&amp;M)</translation>
    </message>
    <message>
        <source>Factor of the pixels&apos; values</source>
        <translation>像素值的系数</translation>
    </message>
    <message>
        <source>A number or a fraction: 1/255 makes 0..1 of 0..255.</source>
        <translation>数或分数：1/255 把 0..255 变为 0..1。</translation>
    </message>
    <message>
        <source>then − 1</source>
        <translation>再减 1</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>take off the mean, divide by the &amp;deviation</source>
        <translation>减去均值，除以标准差(&amp;D)</translation>
    </message>
    <message>
        <source>One number, or one for each channel in the order of the channels.</source>
        <translation>一个数，或按通道顺序每个通道一个数。</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>Mea&amp;n</source>
        <translation>均值(&amp;N)</translation>
    </message>
    <message>
        <source>De&amp;viation</source>
        <translation>标准差(&amp;V)</translation>
    </message>
    <message>
        <source>red, green, blue</source>
        <translation>红、绿、蓝</translation>
    </message>
    <message>
        <source>blue, green, red</source>
        <translation>蓝、绿、红</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>one channel after the other (NCHW)</source>
        <translation>逐通道排列（NCHW）</translation>
    </message>
    <message>
        <source>channels side by side (NHWC)</source>
        <translation>通道交错排列（NHWC）</translation>
    </message>
    <message>
        <source>C&amp;hannels</source>
        <translation>通道(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation>布局(&amp;L)</translation>
    </message>
    <message>
        <source>Width with zeros to the right; 0: none are added</source>
        <translation>右侧补零后的宽度；0：不补</translation>
    </message>
    <message>
        <source>Height with zeros below; 0: none are added</source>
        <translation>下方补零后的高度；0：不补</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Fill u&amp;p to</source>
        <translation>补零到(&amp;P)</translation>
    </message>
    <message>
        <source>The factor is no number.</source>
        <translation>系数不是数。</translation>
    </message>
    <message>
        <source>%1 takes one number.</source>
        <translation>%1只能有一个数。</translation>
    </message>
    <message>
        <source>%1 takes one number, or three: one for each channel.</source>
        <translation>%1可以是一个数，或每个通道一个，共三个。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PresetCommands</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Select the layers that the preset is for.</source>
        <translation>请选择预设要用于的层。</translation>
    </message>
    <message>
        <source>%1 is for other layers: none here is called %2.</source>
        <translation>%1 适用于其他层：这里没有名为 %2 的层。</translation>
    </message>
    <message>
        <source>%1 was added to what was set.</source>
        <translation>“%1”已添加到现有设置。</translation>
    </message>
    <message>
        <source>%1 took the place of what was set.</source>
        <translation>“%1”已替换现有设置。</translation>
    </message>
    <message>
        <source>Layers kept as they are: %1.</source>
        <translation>保持不变的层：%1。</translation>
    </message>
    <message>
        <source>No layer here is called %1.</source>
        <translation>这里没有名为 %1 的层。</translation>
    </message>
    <message>
        <source>%1 is in the menu of presets.</source>
        <translation>%1 已加入预设菜单。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PresetMenu</name>
    <message>
        <source>&amp;Replace what is set</source>
        <translation>替换现有设置(&amp;R)</translation>
    </message>
    <message>
        <source>The preset alone decides</source>
        <translation>只由预设决定</translation>
    </message>
    <message>
        <source>A&amp;dd to what is set</source>
        <translation>添加到现有设置(&amp;D)</translation>
    </message>
    <message>
        <source>Methods that the preset does not speak of stay</source>
        <translation>预设没有涉及的方法保留不变</translation>
    </message>
    <message>
        <source>For &amp;all layers</source>
        <translation>用于所有层(&amp;A)</translation>
    </message>
    <message>
        <source>Layers that are kept as they are stay so</source>
        <translation>保持不变的层不受影响</translation>
    </message>
    <message>
        <source>Select them in the table or the graph</source>
        <translation>请在表格或计算图中选择</translation>
    </message>
    <message>
        <source>&amp;Save as preset…</source>
        <translation>另存为预设(&amp;S)…</translation>
    </message>
    <message>
        <source>Keep the recipe, or the settings of a layer, as a preset of your own</source>
        <translation>把配方或某一层的设置保存为自己的预设</translation>
    </message>
    <message>
        <source>&amp;Manage presets…</source>
        <translation>管理预设(&amp;M)…</translation>
    </message>
    <message>
        <source>Rename or delete presets of your own</source>
        <translation>重命名或删除自己的预设</translation>
    </message>
    <message>
        <source>For the s&amp;elected layer</source>
        <translation>用于所选的层(&amp;E)</translation>
    </message>
    <message>
        <source>For the s&amp;elected layers (%1)</source>
        <translation>用于所选的 %1 层(&amp;E)</translation>
    </message>
    <message>
        <source>See what is wrong with them</source>
        <translation>查看这些文件有什么问题</translation>
    </message>
    <message>
        <source>Presets that cannot be read (%1)…</source>
        <translation>无法读取的预设（%1）…</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PresetStore</name>
    <message>
        <source>A recipe of %1 rules</source>
        <translation>含 %1 条规则的配方</translation>
    </message>
    <message>
        <source>it has no rules</source>
        <translation>其中没有规则</translation>
    </message>
    <message>
        <source>The preset %1 is left out: %2</source>
        <translation>略过预设 %1：%2</translation>
    </message>
    <message>
        <source>A preset needs a name.</source>
        <translation>预设需要一个名称。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be made.</source>
        <translation>无法创建文件夹 %1。</translation>
    </message>
    <message>
        <source>There is a preset called %1 already.</source>
        <translation>已有名为 %1 的预设。</translation>
    </message>
    <message>
        <source>The file %1 cannot be deleted.</source>
        <translation>无法删除文件 %1。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Presets</name>
    <message>
        <source>8-bit per channel</source>
        <translation>8 位逐通道</translation>
    </message>
    <message>
        <source>Stores every weight in 8 bits, scaled per channel</source>
        <translation>每个权重存为 8 位，逐通道缩放</translation>
    </message>
    <message>
        <source>4-bit group 32</source>
        <translation>4 位分组 32</translation>
    </message>
    <message>
        <source>Stores every weight in 4 bits, 32 neighbours share a scale; small networks lose much by it</source>
        <translation>每个权重存为 4 位，相邻 32 个共用一个缩放因子；小型网络会因此损失较多</translation>
    </message>
    <message>
        <source>4-bit group 32, GPTQ</source>
        <translation>4 位分组 32，GPTQ</translation>
    </message>
    <message>
        <source>The same, rounded so that errors cancel out in each layer&apos;s output; needs calibration data</source>
        <translation>同上，但舍入时让各层输出中的误差相互抵消；需要校准数据</translation>
    </message>
    <message>
        <source>6-bit codebook</source>
        <translation>6 位码本</translation>
    </message>
    <message>
        <source>Stores every weight as one of 64 values that suit its channel and three beside it</source>
        <translation>每个权重存为适合其通道及相邻三个通道的 64 个取值之一</translation>
    </message>
    <message>
        <source>Half pruned (OBS)</source>
        <translation>剪枝一半 (OBS)</translation>
    </message>
    <message>
        <source>Sets half of the weights to zero where the output loses least, the others make up for it; needs calibration data</source>
        <translation>在对输出影响最小处将一半权重置零，由其余权重补偿；需要校准数据</translation>
    </message>
    <message>
        <source>Deep Compression</source>
        <translation>深度压缩 (Deep Compression)</translation>
    </message>
    <message>
        <source>The same with 40 % of the weights, and the others as one of 32 values</source>
        <translation>同上，但置零 40% 的权重，其余存为 32 个取值之一</translation>
    </message>
    <message>
        <source>Half rank</source>
        <translation>半秩</translation>
    </message>
    <message>
        <source>Splits every layer into two factors of half its break-even rank; most networks lose much by it</source>
        <translation>将每层分解为两个因子，秩取平衡点的一半；多数网络会因此损失较多</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>%1, mixed</source>
        <translation>%1，不一致</translation>
    </message>
    <message>
        <source>No compression</source>
        <translation>不压缩</translation>
    </message>
    <message>
        <source>Takes every change back; layers that are kept stay kept</source>
        <translation>撤回所有改动；保持不变的层仍保持不变</translation>
    </message>
    <message>
        <source>%1, %2 kept</source>
        <translation>%1，%2 层保持不变</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PreviewController</name>
    <message>
        <source>The untouched model is being measured.</source>
        <translation>正在测量未改动的模型。</translation>
    </message>
    <message>
        <source>Choose a data set to measure accuracy.</source>
        <translation>选择数据集以测量准确率。</translation>
    </message>
    <message>
        <source>Measuring was cancelled. F5 measures again.</source>
        <translation>测量已取消。按 F5 重新测量。</translation>
    </message>
    <message>
        <source>Calibrated on %1, measured on the %2 of the other half.</source>
        <translation>在 %1上校准，在另一半的 %2 个样本上测量。</translation>
    </message>
    <message>
        <source>Calibrated on %1.</source>
        <translation>在 %1上校准。</translation>
    </message>
    <message>
        <source>Measuring is paused at %1 of %2 samples. A click on them goes on.</source>
        <translation>测量已暂停：已测 %1 / %2 个样本。单击样本计数可继续。</translation>
    </message>
    <message>
        <source>Nothing could be calibrated on: %1</source>
        <translation>无法校准：%1</translation>
    </message>
    <message>
        <source>With trained values, measured on the %1 of the half that is not learned from.</source>
        <translation>使用训练值，在未用于学习的一半（%1 个）上测量。</translation>
    </message>
    <message>
        <source>With trained values.</source>
        <translation>使用训练值。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::PreviewRunner</name>
    <message>
        <source>Making the selected layers ready to move</source>
        <translation>正在为调节所选层做准备</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ProgressChart</name>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>after %1 epochs</source>
        <translation>%1 轮之后</translation>
    </message>
    <message>
        <source>before training</source>
        <translation>训练之前</translation>
    </message>
    <message>
        <source>the best so far</source>
        <translation>目前最好</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ProjectController</name>
    <message>
        <source>Lathe projects (*.lathe)</source>
        <translation>Lathe 项目 (*.lathe)</translation>
    </message>
    <message>
        <source>The model of the new project</source>
        <translation>新项目的模型</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>The file of the new project</source>
        <translation>新项目的文件</translation>
    </message>
    <message>
        <source>Making the project %1</source>
        <translation>正在创建项目 %1</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>正在打开 %1</translation>
    </message>
    <message>
        <source>Lathe</source>
        <translation>Lathe</translation>
    </message>
    <message>
        <source>Lathe ended before %1 was saved. Changes up to %2 were kept.</source>
        <translation>Lathe 在保存 %1 之前就结束了。截至 %2 的改动已保留。</translation>
    </message>
    <message>
        <source>&amp;Restore the changes</source>
        <translation>恢复改动(&amp;R)</translation>
    </message>
    <message>
        <source>Open as &amp;saved</source>
        <translation>打开已保存的版本(&amp;S)</translation>
    </message>
    <message>
        <source>Restoring the changes of %1</source>
        <translation>正在恢复 %1 的改动</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Saving the project %1</source>
        <translation>正在保存项目 %1</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>已保存 %1。</translation>
    </message>
    <message>
        <source>Save the changes of %1?</source>
        <translation>是否保存对 %1 的改动？</translation>
    </message>
    <message>
        <source>&amp;Do not save</source>
        <translation>不保存(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Open it with the changes</source>
        <translation>打开并恢复改动(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>以后再说(&amp;L)</translation>
    </message>
    <message>
        <source>Save it in another folder: File ▸ Save project as (Ctrl+Shift+S).</source>
        <translation>请保存到其他文件夹：文件 ▸ 项目另存为（Ctrl+Shift+S）。</translation>
    </message>
    <message>
        <source>Until they are restored, they are offered again whenever the project is opened.</source>
        <translation>在恢复之前，每次打开此项目都会再次询问。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::ProjectKeeper</name>
    <message>
        <source>%1 is open in another window (process %2 on %3). Close it there first.</source>
        <translation>%1 已在另一个窗口中打开（%3 上的进程 %2）。请先在那里关闭。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RangeChart</name>
    <message>
        <source>RANGES</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Select a layer to see how far the weights of each channel reach.</source>
        <translation>选择一个层，查看各通道权重的范围。</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>压缩后</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>输出通道</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Range of the weights of each output channel</source>
        <translation>各输出通道的权重范围</translation>
    </message>
    <message>
        <source>channel %1: minimum, quartiles, maximum</source>
        <translation>通道 %1：最小值、四分位数、最大值</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>%1: minimum, quartiles, maximum</source>
        <translation>%1：最小值、四分位数、最大值</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RankChart</name>
    <message>
        <source>energy kept (%)</source>
        <translation>保留能量 (%)</translation>
    </message>
    <message>
        <source>singular value</source>
        <translation>奇异值</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecentFiles</name>
    <message>
        <source>Nothing opened yet</source>
        <translation>尚未打开过</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>清空此列表(&amp;C)</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecipeEditor</name>
    <message>
        <source>%1 is for another model: no layer here is called &quot;%2&quot;.</source>
        <translation>%1 属于另一个模型：这里没有名为“%2”的层。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Opening the recipe %1</source>
        <translation>正在打开配方 %1</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>%1 for all layers</source>
        <translation>%1，用于所有层</translation>
    </message>
    <message>
        <source>%1 added for all layers</source>
        <translation>添加 %1，用于所有层</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <translation>%1，用于 %2</translation>
    </message>
    <message>
        <source>%1 added for %2</source>
        <translation>添加 %1，用于 %2</translation>
    </message>
    <message>
        <source>Keep %1 as it is</source>
        <translation>%1 保持不变</translation>
    </message>
    <message>
        <source>Let %1 be compressed</source>
        <translation>%1 不再保持不变</translation>
    </message>
    <message numerus="yes">
        <source>Keep %n layers as they are</source>
        <translation>
            <numerusform>%n 层保持不变</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Let %n layers be compressed</source>
        <translation>
            <numerusform>%n 层不再保持不变</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecoverCommands</name>
    <message>
        <source>Compressing has cost accuracy. Part of it can be won back without losing any of what was saved.</source>
        <translation>压缩损失了准确率。在不增加大小的情况下可以找回一部分。</translation>
    </message>
    <message>
        <source>Recover what was lost…</source>
        <translation>恢复损失的准确率…</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecoverDesk</name>
    <message>
        <source>train, beside what is measured</source>
        <translation>train（不用于测量）</translation>
    </message>
    <message>
        <source>the half that is not measured</source>
        <translation>不用于测量的一半</translation>
    </message>
    <message>
        <source>calibration data: %1</source>
        <translation>校准数据：%1</translation>
    </message>
    <message>
        <source>means of outputs</source>
        <translation>输出均值</translation>
    </message>
    <message>
        <source>least squares</source>
        <translation>最小二乘</translation>
    </message>
    <message>
        <source>calibrated anew</source>
        <translation>重新校准</translation>
    </message>
    <message>
        <source>encoded anew</source>
        <translation>重新编码</translation>
    </message>
    <message>
        <source>normalizations</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>%1 nats</source>
        <translation>%1 奈特</translation>
    </message>
    <message numerus="yes">
        <source>On %n held-out samples the difference from the original went from %1 to %2.</source>
        <translation>
            <numerusform>在留出的 %n 个样本上，与原模型的差异从 %1 变为 %2。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: brought nothing</source>
        <translation>%1：没有收获</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Stopped; the best until then was kept.</source>
        <translation>已停止，保留了当时最好的结果。</translation>
    </message>
    <message>
        <source>Nothing brought the model nearer to the original; all stays as it was.</source>
        <translation>没有任何一步让模型更接近原模型；一切保持原样。</translation>
    </message>
    <message>
        <source>Working out what can be won back</source>
        <translation>正在计算可以恢复什么</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>正在恢复</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1, recovered</source>
        <translation>%1，已恢复</translation>
    </message>
    <message>
        <source>What was trained until then is kept: Recover offers to go on with it.</source>
        <translation>到那时为止的训练结果会保留：“恢复”会提供继续的选项。</translation>
    </message>
    <message>
        <source>top-1 (%)</source>
        <translation>top-1（%）</translation>
    </message>
    <message>
        <source>as the original (%)</source>
        <translation>与原模型一致（%）</translation>
    </message>
    <message>
        <source>start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>Cancelled before there was anything to keep.</source>
        <translation>已取消，还没有可保留的结果。</translation>
    </message>
    <message>
        <source>Kept as variant &quot;%1&quot;; the recipe of the moment is another one by now.</source>
        <translation>已保存为变体“%1”；当前配方已经改变。</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Saved as variant &quot;%1&quot;. Undo goes back to what was before it was recovered.</source>
        <translation>已保存为变体“%1”。撤销可回到恢复之前。</translation>
    </message>
    <message>
        <source>Data to learn from</source>
        <translation>学习用的数据</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RecoverPanel</name>
    <message>
        <source>LOSS</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>While a network is trained, its loss is drawn here.</source>
        <translation>训练网络时，这里显示损失曲线。</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>ANSWERS</source>
        <translation>判断</translation>
    </message>
    <message>
        <source>While a network is trained, the share of samples it gets right is drawn here.</source>
        <translation>训练网络时，这里显示答对的样本所占比例。</translation>
    </message>
    <message>
        <source>top-1 (%)</source>
        <translation>top-1（%）</translation>
    </message>
    <message>
        <source>Open a model and change it; what that costs is won back here.</source>
        <translation>打开模型并加以压缩；损失的准确率可以在这里找回。</translation>
    </message>
    <message>
        <source>RECOVER</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Data to learn from</source>
        <translation>学习用的数据</translation>
    </message>
    <message>
        <source>Data to learn from. What is learned from is never measured on.</source>
        <translation>学习用的数据。学习用过的样本不会用于测量。</translation>
    </message>
    <message>
        <source>&amp;Without training</source>
        <translation>不训练(&amp;W)</translation>
    </message>
    <message>
        <source>Means, least squares and statistics, layer by layer; masks, bits and ranks stay as they are</source>
        <translation>逐层用均值、最小二乘和统计量修正；掩码、位数和秩保持不变</translation>
    </message>
    <message>
        <source>With &amp;training</source>
        <translation>训练(&amp;T)</translation>
    </message>
    <message>
        <source>After that the whole network learns from the original; masks, bits and ranks stay as they are</source>
        <translation>在此之后让整个网络向原模型学习；掩码、位数和秩保持不变</translation>
    </message>
    <message>
        <source> min</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>When the time is over, the best until then is kept</source>
        <translation>时间用完时保留当时最好的结果</translation>
    </message>
    <message>
        <source>How it is trained: rates, epochs, losses</source>
        <translation>如何训练：学习率、轮数、损失</translation>
    </message>
    <message>
        <source>for this time</source>
        <translation>按此时间</translation>
    </message>
    <message>
        <source>E&amp;dit…</source>
        <translation>编辑(&amp;D)…</translation>
    </message>
    <message>
        <source>Look at the plan and change it, as fields or as JSON</source>
        <translation>以字段或 JSON 查看和修改训练方案</translation>
    </message>
    <message>
        <source>Of all that is left to chance: the same seed gives the same values</source>
        <translation>决定所有随机之处：相同的种子得到相同的数值</translation>
    </message>
    <message>
        <source>At &amp;most</source>
        <translation>最多(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Plan</source>
        <translation>方案(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Seed</source>
        <translation>种子(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Recover</source>
        <translation>恢复(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
    <message>
        <source>A training of this recipe did not come to its end: go on from where it was</source>
        <translation>此配方有一次训练没有完成：从中断处继续</translation>
    </message>
    <message>
        <source>Pa&amp;use</source>
        <translation>暂停(&amp;U)</translation>
    </message>
    <message>
        <source>Waits at the next step and leaves the processor to others</source>
        <translation>在下一步停下，把处理器让给其他工作</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Stops; once a network is being trained, the best until then is kept</source>
        <translation>停止；网络训练开始后会保留当时最好的结果</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>Other data…</source>
        <translation>其他数据…</translation>
    </message>
    <message>
        <source>a plan of your own</source>
        <translation>自定义方案</translation>
    </message>
    <message numerus="yes">
        <source>%n layers (%1 weights)</source>
        <translation>
            <numerusform>%n 个层（%1 个权重）</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n biases</source>
        <translation>
            <numerusform>%n 个偏置</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n constants of normalizations</source>
        <translation>
            <numerusform>%n 个归一化常数</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 及另外 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>This model cannot be trained: nothing is learned through %1. Without training it can be recovered.</source>
        <translation>此模型无法训练：不能通过 %1 学习。可以用不训练的方式恢复。</translation>
    </message>
    <message>
        <source>Training learns from samples: choose data.</source>
        <translation>训练需要样本：请选择数据。</translation>
    </message>
    <message>
        <source>A pass over %1 samples takes about %2 here, so there is time for %3.</source>
        <translation>在本机上学习一遍 %1 个样本约需 %2，因此时间够%3。</translation>
    </message>
    <message numerus="yes">
        <source>%n passes at most</source>
        <translation>
            <numerusform>最多 %n 遍</numerusform>
        </translation>
    </message>
    <message>
        <source>Working out what can be won back…</source>
        <translation>正在计算可以恢复什么…</translation>
    </message>
    <message>
        <source>Without data only the means of outputs are corrected, by what normalizations say of them.</source>
        <translation>没有数据时，只能根据归一化的信息修正输出的均值。</translation>
    </message>
    <message>
        <source>Measuring how long it takes…</source>
        <translation>正在测量需要多久…</translation>
    </message>
    <message>
        <source>done at once</source>
        <translation>立即完成</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Recovery</name>
    <message>
        <source>pruned step by step</source>
        <translation>逐步剪枝</translation>
    </message>
    <message>
        <source>block by block</source>
        <translation>逐块学习</translation>
    </message>
    <message>
        <source>the whole network</source>
        <translation>整个网络</translation>
    </message>
    <message>
        <source>The plan</source>
        <translation>训练方案</translation>
    </message>
    <message>
        <source>The recipe changes no layer, so there is nothing to recover.</source>
        <translation>配方没有改动任何层，因此没有可恢复的内容。</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%2 中的 %1</translation>
    </message>
    <message>
        <source>Figures are measured on these samples, so they would say nothing of what was learned from them. Choose the half that is not measured, or other data.</source>
        <translation>数值就是在这些样本上测量的，向它们学习后数值便失去意义。请选择不用于测量的一半，或其他数据。</translation>
    </message>
    <message numerus="yes">
        <source>%n samples of %1</source>
        <translation>
            <numerusform>%1 的 %n 个样本</numerusform>
        </translation>
    </message>
    <message>
        <source>There are no labels: the original&apos;s answers teach alone.</source>
        <translation>没有标签：只向原模型的输出学习。</translation>
    </message>
    <message>
        <source>Labels are not used: there are %1 classes, and the model tells %2 apart. The original&apos;s answers teach alone.</source>
        <translation>不使用标签：数据有 %1 个类别，而模型区分 %2 个。只向原模型的输出学习。</translation>
    </message>
    <message>
        <source>Labels are used: of every class there are %1 samples or more to learn from.</source>
        <translation>使用标签：每个类别至少有 %1 个样本可供学习。</translation>
    </message>
    <message>
        <source>Labels are not used: of class &quot;%1&quot; there are %2 samples to learn from, and %3 are the fewest that serve. The original&apos;s answers teach alone.</source>
        <translation>不使用标签：类别“%1”只有 %2 个样本可供学习，至少需要 %3 个。只向原模型的输出学习。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Refusal</name>
    <message>
        <source>%1 goes by the layer&apos;s inputs and waits for the data set, which is being prepared.</source>
        <translation>%1 要依据层的输入，正在等待数据集准备好。</translation>
    </message>
    <message>
        <source>%1 goes by the layer&apos;s inputs and needs data: choose a data set, or a setting that needs none.</source>
        <translation>%1 要依据层的输入，因此需要数据：请选择数据集，或改用不需要数据的设置。</translation>
    </message>
    <message>
        <source>%1 goes by the layer&apos;s inputs, and no samples of the data set could be set aside to calibrate on: choose data to calibrate on, or a setting that needs none.</source>
        <translation>%1 要依据层的输入，但数据集中没有样本可留作校准：请选择校准数据，或改用不需要数据的设置。</translation>
    </message>
    <message>
        <source>%1 goes by the layer&apos;s inputs, and the data set could not be calibrated on. %2 Choose other data to calibrate on, or a setting that needs none.</source>
        <translation>%1 依据该层的输入，而用此数据集校准失败。%2 请另选校准数据，或改用无需校准数据的设置。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RulesDialog</name>
    <message>
        <source>%1  (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>%1  (%2, cannot be compressed)</source>
        <translation>%1（%2，无法压缩）</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Take this rule out (Del)</source>
        <translation>去掉此规则 (Del)</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Let the rules below win over it (Alt+Up)</source>
        <translation>让下面的规则优先于它 (Alt+Up)</translation>
    </message>
    <message>
        <source>Do&amp;wn</source>
        <translation>下移(&amp;W)</translation>
    </message>
    <message>
        <source>Let it win over the rule below (Alt+Down)</source>
        <translation>让它优先于下面的规则 (Alt+Down)</translation>
    </message>
    <message>
        <source>No rules: every layer stays as it is. Add one for many layers at once.</source>
        <translation>没有规则：每一层都保持不变。添加一条即可同时作用于多个层。</translation>
    </message>
    <message>
        <source>Names of layers. * stands for any text, ? for one letter, [0-9] for one of a set.</source>
        <translation>层的名称。* 代表任意文字，? 代表一个字符，[0-9] 代表集合中的一个。</translation>
    </message>
    <message>
        <source>Keys and values, as the command line has them: bits=4, group=32, prune=0.5, rank=50%</source>
        <translation>键和值，与命令行相同：bits=4, group=32, prune=0.5, rank=50%</translation>
    </message>
    <message>
        <source>&amp;Layers called</source>
        <translation>层的名称(&amp;L)</translation>
    </message>
    <message>
        <source>D&amp;o</source>
        <translation>操作(&amp;O)</translation>
    </message>
    <message>
        <source>Layers that the rule is for</source>
        <translation>此规则适用的层</translation>
    </message>
    <message>
        <source>As %1: %2</source>
        <translation>与 %1 相同：%2</translation>
    </message>
    <message>
        <source>Rule %1: %2</source>
        <translation>规则 %1：%2</translation>
    </message>
    <message>
        <source>Fewer rules</source>
        <translation>减少规则</translation>
    </message>
    <message>
        <source>Change of rules</source>
        <translation>修改规则</translation>
    </message>
    <message>
        <source>Say what is done to the layers: bits=4, prune=0.5, rank=50%</source>
        <translation>请写明对这些层做什么：bits=4, prune=0.5, rank=50%</translation>
    </message>
    <message>
        <source>NO LAYER MATCHES</source>
        <translation>没有匹配的层</translation>
    </message>
    <message>
        <source>MATCHES %1 OF %2 LAYERS</source>
        <translation>匹配 %1 层（共 %2 层）</translation>
    </message>
    <message>
        <source>A rule needs a pattern of layer names; * stands for all layers.</source>
        <translation>规则需要层名称的模式；* 代表所有层。</translation>
    </message>
    <message>
        <source>No layer is called %1. Change the pattern, or delete the rule.</source>
        <translation>没有名为 %1 的层。请修改模式，或删除此规则。</translation>
    </message>
    <message>
        <source>%1  (%2, kept as it is)</source>
        <translation>%1  （%2，保持不变）</translation>
    </message>
    <message>
        <source>The recipe is made of these rules. Where two of them say something about the same layer, the lower one wins. A layer that is kept (keep=true) stays as it is, whatever the others say.</source>
        <translation>配方由这些规则组成。若两条规则涉及同一层，以下面的一条为准。用 keep=true 固定的层保持不变，无论其他规则怎样要求。</translation>
    </message>
    <message>
        <source>Add a rule below the others</source>
        <translation>在其他规则之下添加一条规则</translation>
    </message>
    <message>
        <source>Keep as it is</source>
        <translation>保持不变</translation>
    </message>
</context>
<context>
    <name>lathe::ui::RulesModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Layers called</source>
        <translation>层的名称</translation>
    </message>
    <message>
        <source>What is done</source>
        <translation>所做的操作</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>匹配</translation>
    </message>
    <message>
        <source>%1 off</source>
        <translation>%1 关闭</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 of %2, %3 kept</source>
        <translation>%2 中的 %1，%3 层保持不变</translation>
    </message>
    <message>
        <source>not kept</source>
        <translation>不保持不变</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SampleModel</name>
    <message>
        <source>Sample</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>True class</source>
        <translation>真实类别</translation>
    </message>
    <message>
        <source>%1: probability</source>
        <translation>%1：概率</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SamplePicture</name>
    <message>
        <source>Picture of the sample</source>
        <translation>样本图像</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SamplePreview</name>
    <message>
        <source>The image as it is stored</source>
        <translation>图像原样</translation>
    </message>
    <message>
        <source>The image as the model sees it</source>
        <translation>模型看到的图像</translation>
    </message>
    <message>
        <source>The smallest value that a pixel can become is black, the largest white; the first channel is red.</source>
        <translation>像素可能取到的最小值为黑，最大值为白；第一个通道显示为红色。</translation>
    </message>
    <message>
        <source>AS STORED</source>
        <translation>原样</translation>
    </message>
    <message>
        <source>AS THE MODEL SEES IT</source>
        <translation>模型看到的</translation>
    </message>
    <message>
        <source>Sample before</source>
        <translation>上一个样本</translation>
    </message>
    <message>
        <source>Next sample</source>
        <translation>下一个样本</translation>
    </message>
    <message>
        <source>Choose a folder of images first to see one of them here.</source>
        <translation>先选择图像文件夹，即可在此查看其中的图像。</translation>
    </message>
    <message>
        <source>%1 · %2 of %3</source>
        <translation>%1 · 第 %2 个，共 %3 个</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 像素</translation>
    </message>
    <message>
        <source>%1, shown brighter</source>
        <translation>%1，已增亮显示</translation>
    </message>
    <message>
        <source>%1 × %2, values %3 to %4, on average %5</source>
        <translation>%1 × %2，数值 %3 至 %4，平均 %5</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SampleView</name>
    <message>
        <source>The sample before this one (Left)</source>
        <translation>上一个样本（左方向键）</translation>
    </message>
    <message>
        <source>The next sample (Right)</source>
        <translation>下一个样本（右方向键）</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
    <message>
        <source>Back to the list (Esc)</source>
        <translation>返回列表（Esc）</translation>
    </message>
    <message>
        <source>%1  (%2 of %3)</source>
        <translation>%1  （%2/%3）</translation>
    </message>
    <message>
        <source>No true class is known.</source>
        <translation>真实类别未知。</translation>
    </message>
    <message>
        <source>True class: %1</source>
        <translation>真实类别：%1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SavePresetDialog</name>
    <message>
        <source>The whole &amp;recipe</source>
        <translation>整个配方(&amp;R)</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>另存为预设</translation>
    </message>
    <message>
        <source>The menu of presets lists it by this name.</source>
        <translation>预设菜单以此名称列出。</translation>
    </message>
    <message>
        <source>The settings of &amp;one layer, for all: %1</source>
        <translation>某一层的设置，用于所有层(&amp;O)：%1</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Nothing is set yet: there is nothing to keep as a preset.</source>
        <translation>尚未设置任何内容，没有可以保存为预设的。</translation>
    </message>
    <message>
        <source>It takes the place of the preset of this name.</source>
        <translation>将替换同名的预设。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SessionKeeper</name>
    <message>
        <source>The session could not be saved to %1. Save the recipe to keep it.</source>
        <translation>会话无法保存到 %1。请保存配方以免丢失。</translation>
    </message>
    <message>
        <source>%1 The session of before stays at %2, and this one is not kept.</source>
        <translation>%1之前的会话仍在 %2，本次会话不会被保存。</translation>
    </message>
    <message>
        <source>%1 The session of before is kept at %2.</source>
        <translation>%1之前的会话保留在 %2。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SettingsClipboard</name>
    <message>
        <source>There are no settings on the clipboard. Copy those of a layer first.</source>
        <translation>剪贴板上没有设置。请先复制某一层的设置。</translation>
    </message>
    <message>
        <source>The clipboard</source>
        <translation>剪贴板</translation>
    </message>
    <message>
        <source>The clipboard holds a recipe of %1 rules. Only one can be pasted; open the recipe from a file instead.</source>
        <translation>剪贴板上是含 %1 条规则的配方。只能粘贴一条规则；请改为从文件打开配方。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SettingsText</name>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>g%1</source>
        <comment>in groups of so many weights</comment>
        <translation>组%1</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>逐张量</translation>
    </message>
    <message>
        <source>asym</source>
        <translation>非对称</translation>
    </message>
    <message>
        <source>scales 2^n</source>
        <translation>缩放因子 2^n</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>renormalized</source>
        <translation>已重新归一化</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between settings</comment>
        <translation>，</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SparsityChart</name>
    <message>
        <source>SPARSITY</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Select a layer to see which share of its weights is zero.</source>
        <translation>选择一个层，查看其权重为零的比例。</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>压缩后</translation>
    </message>
    <message>
        <source>zero (%)</source>
        <translation>零 (%)</translation>
    </message>
    <message>
        <source>Share of the layer&apos;s weights, rows, columns, kernels and channels that is zero</source>
        <translation>该层权重、行、列、卷积核和通道中为零的比例</translation>
    </message>
    <message>
        <source>elements</source>
        <translation>元素</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>kernels</source>
        <translation>卷积核</translation>
    </message>
    <message>
        <source>channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>%1: %2 zero, %3 within %4 of the largest</source>
        <translation>%1：%2 为零，%3 不超过最大值的 %4</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SpectraChart</name>
    <message>
        <source>SPECTRUM</source>
        <translation>奇异值谱</translation>
    </message>
    <message>
        <source>Select layers to see their singular values over each other.</source>
        <translation>选择多个层，把它们的奇异值叠在一起查看。</translation>
    </message>
    <message>
        <source>each layer</source>
        <translation>各层</translation>
    </message>
    <message>
        <source>energy, mean</source>
        <translation>能量（平均）</translation>
    </message>
    <message>
        <source>rank (% of break-even)</source>
        <translation>秩（占平衡点的 %）</translation>
    </message>
    <message>
        <source>relative singular value</source>
        <translation>相对奇异值</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>Drag the line, or use the arrow keys, to choose the rank of all of them as a share of break-even. Ctrl and the arrow keys tell of each share.</source>
        <translation>拖动竖线或按方向键，以占平衡点的比例为所有这些层选择秩。按 Ctrl 加方向键读出每个比例。</translation>
    </message>
    <message>
        <source>Singular values of the selected layers</source>
        <translation>所选各层的奇异值</translation>
    </message>
    <message>
        <source>%1 of the %2 layers</source>
        <translation>%2 层中的 %1 层</translation>
    </message>
    <message>
        <source>break-even</source>
        <translation>平衡点</translation>
    </message>
    <message>
        <source>drag to lower the rank</source>
        <translation>拖动以降低秩</translation>
    </message>
    <message>
        <source>%1 of break-even · energy %2 to %3</source>
        <translation>平衡点的 %1 · 能量 %2 至 %3</translation>
    </message>
    <message>
        <source>rank at %1 of break-even</source>
        <translation>秩为平衡点的 %1</translation>
    </message>
    <message>
        <source>energy kept: %1 in the mean</source>
        <translation>平均保留能量 %1</translation>
    </message>
    <message>
        <source>least: %1 in %2</source>
        <translation>最少：%1（%2）</translation>
    </message>
    <message>
        <source>as factors %1 instead of %2</source>
        <translation>分解后为 %1，原为 %2</translation>
    </message>
</context>
<context>
    <name>lathe::ui::SpectrumChart</name>
    <message>
        <source>SPECTRUM</source>
        <translation>奇异值谱</translation>
    </message>
    <message>
        <source>Select a layer to see its singular values and how many of them it needs.</source>
        <translation>选择一个层，查看其奇异值以及需要保留多少个。</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>singular values</source>
        <translation>奇异值</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>能量</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>Singular values of the layer</source>
        <translation>该层的奇异值</translation>
    </message>
    <message>
        <source>This weight has no spectrum: it holds values that are no numbers.</source>
        <translation>此权重没有奇异值谱：其中含有非数值 (NaN)。</translation>
    </message>
    <message>
        <source>All weights of this layer are zero.</source>
        <translation>该层的权重全为零。</translation>
    </message>
    <message>
        <source>break-even %1</source>
        <translation>平衡点 %1</translation>
    </message>
    <message>
        <source>rank %1 · energy %2</source>
        <translation>秩 %1 · 能量 %2</translation>
    </message>
    <message>
        <source>drag to lower the rank</source>
        <translation>拖动以降低秩</translation>
    </message>
    <message>
        <source>Rank %1 of %2</source>
        <translation>秩 %1/%2</translation>
    </message>
    <message>
        <source>Drag the line, or use the arrow keys, to choose the rank. Ctrl and the arrow keys tell of each singular value.</source>
        <translation>拖动竖线或按方向键选择秩。按 Ctrl 加方向键读出每个奇异值。</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>秩 %1</translation>
    </message>
    <message>
        <source>singular value %1</source>
        <translation>奇异值 %1</translation>
    </message>
    <message>
        <source>energy kept %1</source>
        <translation>保留能量 %1</translation>
    </message>
    <message>
        <source>as factors %1 instead of %2</source>
        <translation>分解后为 %1，原为 %2</translation>
    </message>
</context>
<context>
    <name>lathe::ui::StallRun</name>
    <message>
        <source>no layer is called %1</source>
        <translation>没有名为 %1 的层</translation>
    </message>
    <message>
        <source>%1 has no slider</source>
        <translation>%1 没有滑块</translation>
    </message>
    <message>
        <source>no preset is called %1</source>
        <translation>没有名为 %1 的预设</translation>
    </message>
    <message>
        <source>no model is open yet</source>
        <translation>还没有打开模型</translation>
    </message>
    <message>
        <source>it was not done after %1 min</source>
        <translation>%1 分钟后仍未完成</translation>
    </message>
    <message>
        <source>there is no folder for pictures</source>
        <translation>没有指定存放图片的文件夹</translation>
    </message>
    <message>
        <source>the picture cannot be written to %1</source>
        <translation>图片无法写入 %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::StorageChart</name>
    <message>
        <source>STORAGE</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>Open a model to see what each layer takes in the file.</source>
        <translation>打开模型，查看各层在文件中占用的空间。</translation>
    </message>
    <message>
        <source>before</source>
        <translation>压缩前</translation>
    </message>
    <message>
        <source>after</source>
        <translation>压缩后</translation>
    </message>
    <message>
        <source>Bytes of each layer in the file, before and after</source>
        <translation>各层在文件中的字节数，压缩前与压缩后</translation>
    </message>
    <message>
        <source>in the file (MB)</source>
        <translation>文件中的大小 (MB)</translation>
    </message>
    <message>
        <source>in the file (kB)</source>
        <translation>文件中的大小 (kB)</translation>
    </message>
    <message>
        <source>%1 before</source>
        <translation>压缩前 %1</translation>
    </message>
    <message>
        <source>%1 after, %2</source>
        <translation>压缩后 %1，为原来的 %2</translation>
    </message>
    <message>
        <source>%1 after</source>
        <translation>压缩后 %1</translation>
    </message>
    <message>
        <source>%1 of what the layers take</source>
        <translation>占各层总和的 %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::TimeLeft</name>
    <message>
        <source>%1 min left</source>
        <translation>剩余 %1 分钟</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>剩余 %1 秒</translation>
    </message>
    <message>
        <source>about %1 min on this machine</source>
        <translation>在本机上约需 %1 分钟</translation>
    </message>
    <message>
        <source>about %1 s on this machine</source>
        <translation>在本机上约需 %1 秒</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Tour</name>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Tradeoff</name>
    <message>
        <source>current</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>top-1 %1</source>
        <translation>Top-1 %1</translation>
    </message>
    <message>
        <source>%1 agree with the baseline</source>
        <translation>%1 与基线一致</translation>
    </message>
    <message>
        <source>of the recipe before</source>
        <translation>先前配方的数值</translation>
    </message>
    <message>
        <source>guessed, not measured yet</source>
        <translation>推测值，尚未测量</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>基于 %1</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 个百分点</translation>
    </message>
    <message>
        <source>what the others are held against</source>
        <translation>其他变体与之比较</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
</context>
<context>
    <name>lathe::ui::TradeoffChart</name>
    <message>
        <source>TRADE-OFF</source>
        <translation>权衡</translation>
    </message>
    <message>
        <source>Accuracy against size appears here once there is a data set (Ctrl+D). Variants that you keep (Ctrl+K) stay beside the current recipe.</source>
        <translation>有了数据集 (Ctrl+D)，这里会显示准确率与大小的关系。保留的变体 (Ctrl+K) 会与当前配方一起显示。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic sizes: tells small files apart</source>
        <translation>对数大小：便于区分小文件</translation>
    </message>
    <message>
        <source>Logarithmic sizes</source>
        <translation>对数大小</translation>
    </message>
    <message>
        <source>Accuracy of the variants against the size of their files</source>
        <translation>各变体的准确率与文件大小</translation>
    </message>
    <message>
        <source>file size (%1)</source>
        <translation>文件大小 (%1)</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>kB</translation>
    </message>
    <message>
        <source>agreement (%)</source>
        <translation>一致率 (%)</translation>
    </message>
    <message>
        <source>signal to noise (dB)</source>
        <translation>信噪比 (dB)</translation>
    </message>
    <message>
        <source>difference (points)</source>
        <translation>差值（百分点）</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantComparison</name>
    <message>
        <source>%1 bits a weight</source>
        <translation>每个权重 %1 位</translation>
    </message>
    <message>
        <source>%1, %2 zeros</source>
        <translation>%1，%2 为零</translation>
    </message>
    <message>
        <source>not found in it</source>
        <translation>其中未找到</translation>
    </message>
    <message>
        <source>%1 (as %2)</source>
        <translation>%1（即 %2）</translation>
    </message>
    <message>
        <source>%1, in %2 factors</source>
        <translation>%1，分为 %2 个因子</translation>
    </message>
    <message>
        <source>%1: sample %2 of %3</source>
        <translation>%1：样本 %2/%3</translation>
    </message>
    <message>
        <source>gone with its block</source>
        <translation>随所在的块去掉</translation>
    </message>
    <message>
        <source>%1, %2 × %3 left</source>
        <translation>%1，剩下 %2 × %3</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantDesk</name>
    <message>
        <source>Saved as variant &quot;%1&quot;. F2 changes its name.</source>
        <translation>已保存为变体“%1”。按 F2 可更改名称。</translation>
    </message>
    <message>
        <source>%1 is deleted.</source>
        <translation>已删除 %1。</translation>
    </message>
    <message numerus="yes">
        <source>%n variants are deleted.</source>
        <translation>
            <numerusform>已删除 %n 个变体。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantFiles</name>
    <message>
        <source>%1 is not the file that was measured any more. Add it anew.</source>
        <translation>%1 已不是当时测量的文件。请重新添加。</translation>
    </message>
    <message>
        <source>%1 cannot stand beside the open model. %2</source>
        <translation>%1 无法与所打开的模型并列。%2</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>正在测量 %1</translation>
    </message>
    <message>
        <source>%1 stands beside the open model now: %2 of %3 layers were found in it, %4 by name, %5 by shape.</source>
        <translation>%1 现已与所打开的模型并列：在其中找到 %3 层中的 %2 层，按名称 %4 层，按形状 %5 层。</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>reading the file</source>
        <translation>正在读取文件</translation>
    </message>
    <message>
        <source>%1 is among the variants already: its row is selected.</source>
        <translation>%1 已在变体列表中，已选中该行。</translation>
    </message>
    <message>
        <source>%1 of these files are among the variants already: their rows are selected.</source>
        <translation>其中 %1 个文件已在变体列表中，已选中对应的行。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantModel</name>
    <message>
        <source>Original size over this size</source>
        <translation>原始大小与此大小之比</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>压缩比</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MAC</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>不变</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 等，另有 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>the file is gone</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <source>the file is another one by now</source>
        <translation>文件已变为另一个文件</translation>
    </message>
    <message>
        <source>no layer of the open model was found in it</source>
        <translation>其中未找到所打开模型的任何层</translation>
    </message>
    <message>
        <source>layers found by name: %1</source>
        <translation>按名称找到的层：%1</translation>
    </message>
    <message>
        <source>layers found by shape: %1</source>
        <translation>按形状找到的层：%1</translation>
    </message>
    <message>
        <source>layers found by name: %1, by shape: %2</source>
        <translation>按名称找到的层：%1，按形状：%2</translation>
    </message>
    <message>
        <source>Not measured yet. Apply the variant to measure it.</source>
        <translation>尚未测量。应用该变体即可测量。</translation>
    </message>
    <message>
        <source>Made from %1.</source>
        <translation>由 %1 得来。</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantNotes</name>
    <message>
        <source>Made from %1.</source>
        <translation>由 %1 得来。</translation>
    </message>
    <message>
        <source>%1, %2.</source>
        <translation>%1，%2。</translation>
    </message>
    <message>
        <source> The figures are those that were measured.</source>
        <translation>数值为当时测得的数值。</translation>
    </message>
    <message>
        <source>Notes on the variant</source>
        <translation>变体的备注</translation>
    </message>
    <message>
        <source>What is it for? What was tried?</source>
        <translation>它用于什么？尝试了什么？</translation>
    </message>
    <message>
        <source>The baseline is the untouched model; notes belong to variants.</source>
        <translation>基线是未改动的模型；备注属于变体。</translation>
    </message>
    <message>
        <source>Select one variant to see and write its notes.</source>
        <translation>选择一个变体即可查看和填写其备注。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantSamples</name>
    <message>
        <source>of %1</source>
        <translation>（%1 个）</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>相对 %1</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantStore</name>
    <message>
        <source>%1 is a file from elsewhere: it has no recipe to apply.</source>
        <translation>%1 是外部文件：没有可应用的配方。</translation>
    </message>
    <message>
        <source>Apply variant %1</source>
        <translation>应用变体 %1</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基线</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantWorkRow</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Read and measure the file once more</source>
        <translation>重新读取并测量该文件</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take the file out of the list</source>
        <translation>把该文件从列表中移除</translation>
    </message>
    <message>
        <source>Stop reading the file and take it out of the list</source>
        <translation>停止读取该文件，并把它从列表中移除</translation>
    </message>
</context>
<context>
    <name>lathe::ui::VariantsPanel</name>
    <message>
        <source>VARIANTS</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Variants</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Open a model to see its baseline here, and beside it the variants you keep.</source>
        <translation>打开模型后，这里会显示其基线以及保留的变体。</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Save current</source>
        <translation>保存当前</translation>
    </message>
    <message>
        <source>Keeps the current recipe and its figures as a variant</source>
        <translation>将当前配方及其数值保留为变体</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Makes the recipe of the selected variant the current one</source>
        <translation>将所选变体的配方设为当前配方</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Duplicates the selected variant</source>
        <translation>将所选变体复制一份</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Renames the selected variant</source>
        <translation>重命名所选变体</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Deletes the selected variants</source>
        <translation>删除所选变体</translation>
    </message>
    <message>
        <source>Copies the selected rows</source>
        <translation>复制所选行</translation>
    </message>
    <message>
        <source>Add ONNX file…</source>
        <translation>添加 ONNX 文件…</translation>
    </message>
    <message>
        <source>Adds an ONNX file from elsewhere as a variant: it is measured on the same samples</source>
        <translation>将外部的 ONNX 文件添加为变体：用相同的样本测量</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Shows the notes on the selected variant</source>
        <translation>显示所选变体的备注</translation>
    </message>
    <message>
        <source>Measures the file on the samples of the moment</source>
        <translation>用当前的样本测量该文件</translation>
    </message>
    <message>
        <source>A file from elsewhere has no recipe to apply. It can be compared, or opened as a model of its own.</source>
        <translation>外部文件没有可应用的配方。可以对其进行比较，或将其作为单独的模型打开。</translation>
    </message>
    <message>
        <source>Add ONNX files as variants</source>
        <translation>将 ONNX 文件添加为变体</translation>
    </message>
    <message>
        <source>ONNX models (*.onnx);;All files (*)</source>
        <translation>ONNX 模型 (*.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Sets the selected variants, up to four, beside the baseline: samples, classes, layers</source>
        <translation>把所选变体（最多四个）与基线并列：样本、类别、层</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>树状</translation>
    </message>
    <message>
        <source>Shows the variants below what they were made from, instead of in the order they were made</source>
        <translation>把变体排在其来源之下，而不是按保存的先后排列</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
</context>
<context>
    <name>lathe::ui::WeightComparison</name>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>La&amp;yer</source>
        <translation>层(&amp;Y)</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基线</translation>
    </message>
    <message>
        <source>None of the variants shows the weights of this layer.</source>
        <translation>没有变体显示该层的权重。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::WindowTour</name>
    <message>
        <source>Choose a layer</source>
        <translation>选择层</translation>
    </message>
    <message>
        <source>Each row is a layer of the network; the bar is its size. Click one: the charts and the settings follow.</source>
        <translation>每一行是网络的一个层，条形表示其大小。单击一行，图表和设置随之变化。</translation>
    </message>
    <message>
        <source>Change it</source>
        <translation>修改它</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Writes the smaller model to an ONNX file that any runtime opens, and checks that it is the one you saw here.</source>
        <translation>把变小的模型写成任何运行时都能打开的 ONNX 文件，并核对它与此处所见一致。</translation>
    </message>
    <message>
        <source>Drag the number of bits of &lt;b&gt;Quantize&lt;/b&gt;. Watch the strip below while you drag: accuracy is measured, the size is that of the file you would get.</source>
        <translation>拖动&lt;b&gt;量化&lt;/b&gt;的位数。拖动时请看下方的数值条：准确率随即测量，大小就是将得到的文件的大小。</translation>
    </message>
    <message>
        <source>See what it did</source>
        <translation>看结果</translation>
    </message>
    <message>
        <source>Above the untouched model, below yours: how much accuracy it lost, how sure that is, and how much smaller the file is. Go on dragging as long as you like; &lt;b&gt;Undo&lt;/b&gt; takes steps back.</source>
        <translation>上面是未改动的模型，下面是现在的模型：准确率降了多少、这个数有多可靠、文件小了多少。可以继续拖动；&lt;b&gt;撤销&lt;/b&gt;可逐步退回。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::Workbench</name>
    <message>
        <source>Opening the model</source>
        <translation>正在打开模型</translation>
    </message>
    <message>
        <source>Measuring the baseline</source>
        <translation>正在测量基线</translation>
    </message>
    <message>
        <source>Measuring the recipe</source>
        <translation>正在测量配方</translation>
    </message>
    <message>
        <source>Opening %1</source>
        <translation>正在打开 %1</translation>
    </message>
    <message>
        <source>Opening the data set %1</source>
        <translation>正在打开数据集 %1</translation>
    </message>
    <message>
        <source>Continue the session</source>
        <translation>继续会话</translation>
    </message>
    <message>
        <source>Continued where you stopped on %1. Undo goes back to the untouched model.</source>
        <translation>从 %1 停下之处继续。撤销可回到未改动的模型。</translation>
    </message>
    <message>
        <source>Saving the recipe %1</source>
        <translation>正在保存配方 %1</translation>
    </message>
    <message>
        <source>The recipe is for another model: no layer here is called &quot;%1&quot;. It was left out.</source>
        <translation>该配方属于另一个模型：这里没有名为“%1”的层。已忽略该配方。</translation>
    </message>
</context>
<context>
    <name>lathe::ui::format</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Turns a neural network down to size.</source>
        <translation>把神经网络车削到合适的大小。</translation>
    </message>
    <message>
        <source>data set to measure on</source>
        <translation>用于测量的数据集</translation>
    </message>
    <message>
        <source>recipe to open</source>
        <translation>要打开的配方</translation>
    </message>
    <message>
        <source>colours: light, dark or system</source>
        <translation>配色：light（浅色）、dark（深色）或 system（跟随系统）</translation>
    </message>
    <message>
        <source>write pictures of the window to this folder and quit</source>
        <translation>将窗口截图写入此文件夹并退出</translation>
    </message>
    <message>
        <source>One model at a time; see --help.</source>
        <translation>一次只能打开一个模型；参见 --help。</translation>
    </message>
    <message>
        <source>--scheme takes light, dark or system.</source>
        <translation>--scheme 的取值为 light、dark 或 system。</translation>
    </message>
    <message>
        <source>These options need a MODEL; see --help.</source>
        <translation>这些选项需要指定 MODEL；参见 --help。</translation>
    </message>
    <message>
        <source>%1 cannot be created.</source>
        <translation>无法创建 %1。</translation>
    </message>
    <message>
        <source>The pictures cannot be written to %1.</source>
        <translation>无法将截图写入 %1。</translation>
    </message>
    <message>
        <source>ONNX model or project to open</source>
        <translation>要打开的 ONNX 模型或项目</translation>
    </message>
    <message>
        <source>do in the window what this script says, tell how long it did not answer, and quit</source>
        <translation>在窗口中执行此脚本，报告窗口无响应的时长，然后退出</translation>
    </message>
    <message>
        <source>tell it as JSON</source>
        <translation>以 JSON 格式报告</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>无法读取 %1。</translation>
    </message>
    <message>
        <source>Line %1 of the script cannot be done: %2.</source>
        <translation>无法执行脚本第 %1 行：%2。</translation>
    </message>
    <message>
        <source>Not everything was measured in time; the pictures show what was known.</source>
        <translation>未能及时测完全部内容；图片显示的是当时已知的结果。</translation>
    </message>
</context>
</TS>
