<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Valleyline</source>
        <translation>关于 Valleyline</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Looking at this machine …</source>
        <translation>正在检查本机…</translation>
    </message>
    <message>
        <source>Valleyline {version}</source>
        <translation>Valleyline {version}</translation>
    </message>
    <message>
        <source>What works on this machine</source>
        <translation>本机可用情况</translation>
    </message>
</context>
<context>
    <name>AddItemDialog</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add: {what}</source>
        <translation>添加：{what}</translation>
    </message>
    <message>
        <source>Id: lower case letters, digits and _, beginning with a letter.</source>
        <translation>标识：小写字母、数字和 _，以字母开头。</translation>
    </message>
    <message>
        <source>Id: {id} is there already; choose another.</source>
        <translation>标识：{id} 已存在，请另选一个。</translation>
    </message>
</context>
<context>
    <name>AddUserDialog</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a user</source>
        <translation>添加用户</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>The desk was locked meanwhile; sign in again.</source>
        <translation>操作台已锁定，请重新登录。</translation>
    </message>
    <message>
        <source>The two passwords differ; type them again.</source>
        <translation>两次输入的密码不一致，请重新输入。</translation>
    </message>
    <message>
        <source>{name} may sign in now.</source>
        <translation>{name} 现在可以登录。</translation>
    </message>
</context>
<context>
    <name>AlarmBar</name>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>It is acknowledged already.</source>
        <translation>已确认。</translation>
    </message>
    <message>
        <source>No alarm stands.</source>
        <translation>当前无报警。</translation>
    </message>
    <message>
        <source>No alarm stands; put aside: {n}.</source>
        <translation>当前无报警；已搁置或停用：{n}。</translation>
    </message>
    <message>
        <source>Puts it aside for a time, with a reason.</source>
        <translation>暂时搁置，并注明原因。</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Shows this alarm on the Alarms page, with what to do.</source>
        <translation>在报警页显示该报警及处理方法。</translation>
    </message>
    <message>
        <source>Space acknowledges it too.</source>
        <translation>按空格键也可确认。</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 条</translation>
    </message>
    <message>
        <source>priority {n}</source>
        <translation>优先级 {n}</translation>
    </message>
</context>
<context>
    <name>AlarmDetail</name>
    <message>
        <source>Choose an alarm to read what it means and what to do.</source>
        <translation>选择一条报警，查看其含义和处置措施。</translation>
    </message>
    <message>
        <source>If nothing is done</source>
        <translation>不处理的后果</translation>
    </message>
    <message>
        <source>Likely cause</source>
        <translation>可能原因</translation>
    </message>
    <message>
        <source>Show it on the page “{page}”</source>
        <translation>在“{page}”页显示</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>处置措施</translation>
    </message>
    <message>
        <source>{state}, raised {when}</source>
        <translation>{state}，{when} 触发</translation>
    </message>
    <message>
        <source>{state}, raised {when}, {n} times so far</source>
        <translation>{state}，{when} 触发，累计 {n} 次</translation>
    </message>
</context>
<context>
    <name>AlarmFigureView</name>
    <message>
        <source>Alarms in each ten minutes of the last day; above {n} they are a flood</source>
        <translation>最近一天每十分钟的报警数；超过 {n} 条即为报警泛滥</translation>
    </message>
    <message>
        <source>Alarms in the last day</source>
        <translation>最近一天的报警</translation>
    </message>
    <message>
        <source>Alarms in the last hour</source>
        <translation>最近一小时的报警</translation>
    </message>
    <message>
        <source>Alarms in the last ten minutes</source>
        <translation>最近十分钟的报警</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Chattering alarms, last day</source>
        <translation>最近一天的抖动报警</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Figures of alarms</source>
        <translation>报警指标</translation>
    </message>
    <message>
        <source>Mean in ten minutes, last day</source>
        <translation>最近一天十分钟平均数</translation>
    </message>
    <message>
        <source>Most in ten minutes, last day</source>
        <translation>最近一天十分钟最大数</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Share of priority {shape} {n}, last day</source>
        <translation>最近一天优先级 {shape} {n} 的占比</translation>
    </message>
    <message>
        <source>Share of the day in a flood</source>
        <translation>最近一天处于报警泛滥的时间占比</translation>
    </message>
    <message>
        <source>Stale: standing for more than a day</source>
        <translation>陈旧报警：持续超过一天</translation>
    </message>
    <message>
        <source>Standing alarms</source>
        <translation>现存报警</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>评价</translation>
    </message>
    <message>
        <source>acceptable</source>
        <translation>可接受</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>{age} ago</source>
        <translation>{age}前</translation>
    </message>
    <message>
        <source>{n:alarm|alarms} in the worst ten minutes of the last day</source>
        <translation>最近一天最差的十分钟内有 {n} 条报警</translation>
    </message>
    <message>
        <source>✕ too many</source>
        <translation>✕ 过多</translation>
    </message>
</context>
<context>
    <name>AlarmList</name>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Acknowledge all shown</source>
        <translation>全部确认</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>As {role} you may look at alarms; an operator acknowledges and shelves them.</source>
        <translation>{role}可查看报警，由操作员确认和搁置。</translation>
    </message>
    <message>
        <source>Back in service</source>
        <translation>恢复启用</translation>
    </message>
    <message>
        <source>Brings a shelved alarm back before its time.</source>
        <translation>提前取消搁置。</translation>
    </message>
    <message>
        <source>First causes only</source>
        <translation>仅首因</translation>
    </message>
    <message>
        <source>Hides what follows from another alarm: what hangs on a failed line, the rest of a flood.</source>
        <translation>隐藏由其他报警引起的报警：故障线路上的设备、报警泛滥中的其余报警。</translation>
    </message>
    <message>
        <source>Keeps the chosen alarm quiet until somebody puts it back.</source>
        <translation>使所选报警保持静默，直到有人将其恢复。</translation>
    </message>
    <message>
        <source>Lets a latched alarm go, once its cause is gone and looked into.</source>
        <translation>在原因消除并查明之后，复位锁存的报警。</translation>
    </message>
    <message>
        <source>No alarm is out of service.</source>
        <translation>没有停用的报警。</translation>
    </message>
    <message>
        <source>No alarm is shelved.</source>
        <translation>没有搁置的报警。</translation>
    </message>
    <message>
        <source>No alarm stands. What was before is in the journal, on the tab beside this.</source>
        <translation>当前无报警。历史报警见旁边的“日志”标签页。</translation>
    </message>
    <message>
        <source>Nobody is signed in: sign in as an operator to acknowledge or shelve alarms.</source>
        <translation>尚未登录：请以操作员身份登录后确认或搁置报警。</translation>
    </message>
    <message>
        <source>Nothing is kept quiet by design just now.</source>
        <translation>目前没有按设计抑制的报警。</translation>
    </message>
    <message>
        <source>Nothing waits for an acknowledgement.</source>
        <translation>没有待确认的报警。</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Out of service …</source>
        <translation>停用…</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Puts an alarm that is out of service back.</source>
        <translation>恢复停用的报警。</translation>
    </message>
    <message>
        <source>Puts the chosen alarm aside for a time, with a reason.</source>
        <translation>暂时搁置所选报警，并注明原因。</translation>
    </message>
    <message>
        <source>Quiet by design</source>
        <translation>按设计抑制</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>复位</translation>
    </message>
    <message>
        <source>Rows stay in place while you point at them.</source>
        <translation>鼠标停留时，各行位置保持不变。</translation>
    </message>
    <message>
        <source>Says that you have seen every alarm of this list that calls.</source>
        <translation>表示您已看到列表中所有待确认的报警。</translation>
    </message>
    <message>
        <source>Says that you have seen the chosen alarm; Space does the same.</source>
        <translation>表示您已看到所选报警；按空格键亦可。</translation>
    </message>
    <message>
        <source>Shelve …</source>
        <translation>搁置…</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>现存</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Take an alarm out of service</source>
        <translation>停用报警</translation>
    </message>
    <message>
        <source>Take out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>The alarms are being read …</source>
        <translation>正在读取报警…</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>To be acknowledged</source>
        <translation>待确认</translation>
    </message>
    <message>
        <source>Unshelve</source>
        <translation>取消搁置</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Which alarms are listed</source>
        <translation>列出哪些报警</translation>
    </message>
    <message>
        <source>priority {n}</source>
        <translation>优先级 {n}</translation>
    </message>
    <message>
        <source>{alarm} stays quiet until somebody puts it back in service.</source>
        <translation>{alarm} 将保持静默，直到有人将其恢复启用。</translation>
    </message>
    <message>
        <source>{what} – and {n} that followed</source>
        <translation>{what}——及随后的 {n} 条</translation>
    </message>
</context>
<context>
    <name>AlarmStrip</name>
    <message>
        <source>A flood of alarms since {when}; it began with {alarm}: look there first.</source>
        <translation>{when} 起报警泛滥，首发为“{alarm}”：请先检查此处。</translation>
    </message>
    <message>
        <source>Alarms that called for somebody, against what EEMUA 191 calls acceptable.</source>
        <translation>需要人员响应的报警数，与 EEMUA 191 的可接受上限对比。</translation>
    </message>
    <message>
        <source>Chattering, three times within a minute: {alarms}.</source>
        <translation>抖动报警（一分钟内三次）：{alarms}。</translation>
    </message>
    <message>
        <source>Last 10 min (at most {n})</source>
        <translation>近 10 分钟（上限 {n}）</translation>
    </message>
    <message>
        <source>Last day (at most {n})</source>
        <translation>近 24 小时（上限 {n}）</translation>
    </message>
    <message>
        <source>Last hour (at most {n})</source>
        <translation>近 1 小时（上限 {n}）</translation>
    </message>
    <message>
        <source>Most frequent in the last day</source>
        <translation>近 24 小时最频繁</translation>
    </message>
    <message>
        <source>Standing (at most {n})</source>
        <translation>现存（上限 {n}）</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{n} – too many</source>
        <translation>{n}，过多</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Figures of alarms (EEMUA 191)</source>
        <translation>报警指标（EEMUA 191）</translation>
    </message>
    <message>
        <source>From → to</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Journal of alarms</source>
        <translation>报警日志</translation>
    </message>
    <message>
        <source>No alarm was ever raised here. Each change of an alarm is written into this journal.</source>
        <translation>尚未出现过报警。报警的每次变化都会记入本日志。</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Search in all columns</source>
        <translation>在所有列中搜索</translation>
    </message>
    <message>
        <source>Unacknowledged alarms come first, then by priority. Space acknowledges the chosen one. The shape is the priority, its form the state. Filled: unacknowledged; with a ring: returned to normal before somebody acknowledged it; with a bar: latched, it waits for a reset. Outlined: acknowledged. Grey: quiet, with a clock while shelved, with a struck circle while suppressed by design, with a cross while out of service. A shelved alarm comes back unacknowledged at its time; one out of service stays quiet until somebody puts it back. The journal keeps every change, can be searched and exported.</source>
        <translation>未确认的报警排在最前，其次按优先级排列。空格键确认所选报警。图形表示优先级，其样式表示状态。实心：未确认；外加轮廓圈：确认之前已恢复正常；下加横条：已锁存，等待复位。空心：已确认。灰色：静默，搁置时带时钟，按设计抑制时带斜线圆圈，停用时带叉号。搁置的报警到时以未确认状态恢复；停用的报警保持静默，直到有人恢复启用。日志记录每次变化，可搜索和导出。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>ApprovalsPage</name>
    <message>
        <source>A plan is carried out only after a second person has signed it. Compare it with what would run without it, give a reason, and sign with your password: the signature covers exactly this plan, its tariff and its data. Who proposed a plan does not decide on it. If tariff, machines or time have left a plan behind, the station refuses it as stale and says why.</source>
        <translation>方案须经第二人签名后才会执行。请与无方案时的运行情况对比，填写理由，并以密码签名：签名仅对应此方案及其电价和数据。提交人不得审批自己的方案。若电价、设备或时间已变化，控制站将以“已失效”拒绝该方案，并说明原因。</translation>
    </message>
    <message>
        <source>By</source>
        <translation>提交人</translation>
    </message>
    <message>
        <source>If it were approved now the station would refuse it as stale: {why}.</source>
        <translation>若现在批准，控制站将以“已失效”拒绝：{why}。</translation>
    </message>
    <message>
        <source>It is {state}.</source>
        <translation>状态：{state}。</translation>
    </message>
    <message>
        <source>It is {state}: {why}.</source>
        <translation>状态：{state}，{why}。</translation>
    </message>
    <message>
        <source>It is {state}; {name} decided: “{reason}”</source>
        <translation>状态：{state}；{name} 的审批意见：“{reason}”</translation>
    </message>
    <message>
        <source>Note: “{note}”</source>
        <translation>备注：“{note}”</translation>
    </message>
    <message>
        <source>Nothing waits for a decision.</source>
        <translation>没有待审批的方案。</translation>
    </message>
    <message>
        <source>Nothing was proposed yet. An operator searches a plan on the Plan page and proposes it; it then waits here for a supervisor.</source>
        <translation>尚未提交方案。操作员在“方案”页搜索并提交后，方案在此等待主管审批。</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Plan {id} is approved and signed; the station carries it out.</source>
        <translation>方案 {id} 已批准并签名，由控制站执行。</translation>
    </message>
    <message>
        <source>Plan {id} is rejected; its proposer sees why.</source>
        <translation>方案 {id} 已驳回，提交人可看到理由。</translation>
    </message>
    <message>
        <source>Plan {id}, {start} to {end}, proposed by {name} at {when}.</source>
        <translation>方案 {id}，{start} 至 {end}，{name} 于 {when} 提交。</translation>
    </message>
    <message>
        <source>Proposal {id} by {name}</source>
        <translation>方案 {id}（{name} 提交）</translation>
    </message>
    <message>
        <source>Saves, {currency}</source>
        <translation>节省，{currency}</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>too late</source>
        <translation>已过时限</translation>
    </message>
    <message>
        <source>{n} waiting for a decision</source>
        <translation>{n} 个方案待审批</translation>
    </message>
    <message>
        <source>{n} waiting for a decision, {late} of them too late to approve</source>
        <translation>{n} 个方案待审批，其中 {late} 个已过时限</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>All that people and the station did, newest first; entries are only ever added. Each is sealed by the one before it, so that a change from outside shows. The search finds words in every column; the export writes all that it finds.</source>
        <translation>人员和控制站的全部操作，最新在前；记录只增不改。每条记录由前一条加封，外部改动会被发现。搜索覆盖所有列；导出包含全部搜索结果。</translation>
    </message>
    <message>
        <source>Before → after</source>
        <translation>原 → 新</translation>
    </message>
    <message>
        <source>Check the chain again</source>
        <translation>重新校验链</translation>
    </message>
    <message>
        <source>Desk</source>
        <translation>操作台</translation>
    </message>
    <message>
        <source>Nothing was done yet. What people and the station do is written here.</source>
        <translation>尚无操作。人员和控制站的操作都会记录在此。</translation>
    </message>
    <message>
        <source>On what</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Reads every entry again and proves that none was changed or taken away.</source>
        <translation>重新读取每条记录，证明没有任何记录被更改或删除。</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Search in all columns</source>
        <translation>在所有列中搜索</translation>
    </message>
    <message>
        <source>The chain is being checked …</source>
        <translation>正在校验记录链…</translation>
    </message>
    <message>
        <source>What</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>BandTable</name>
    <message>
        <source>Band</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>kWh after</source>
        <translation>新 kWh</translation>
    </message>
    <message>
        <source>kWh before</source>
        <translation>原 kWh</translation>
    </message>
    <message>
        <source>{currency} after</source>
        <translation>新 {currency}</translation>
    </message>
    <message>
        <source>{currency} before</source>
        <translation>原 {currency}</translation>
    </message>
</context>
<context>
    <name>BatchesTab</name>
    <message>
        <source>&amp;Enter</source>
        <translation>录入(&amp;E)</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Began (year-month-day hour:minute)</source>
        <translation>开始（年-月-日 时:分）</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Ended (may be left empty)</source>
        <translation>结束（可留空）</translation>
    </message>
    <message>
        <source>Forgets what is written of the chosen batch: it was of another machine, or is there twice.</source>
        <translation>删除所选批次的记录：它属于另一台设备，或重复录入。</translation>
    </message>
    <message>
        <source>Keeps what is typed; batches are then compared by tonne and with their recipe.</source>
        <translation>保存所录内容；此后按吨并按同一配方比较各批次。</translation>
    </message>
    <message>
        <source>Mean kW</source>
        <translation>平均 kW</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Peak kW</source>
        <translation>峰值 kW</translation>
    </message>
    <message>
        <source>Ran</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Take back …</source>
        <translation>撤回…</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>The batch is noted.</source>
        <translation>批次已记录。</translation>
    </message>
    <message>
        <source>The batch needs a name: choose a row, or type one.</source>
        <translation>批次需要名称：请选择一行或输入名称。</translation>
    </message>
    <message>
        <source>Tonnes</source>
        <translation>吨</translation>
    </message>
    <message>
        <source>Water, %</source>
        <translation>水分，%</translation>
    </message>
    <message>
        <source>What is written of “{batch}” is forgotten; the audit keeps it.</source>
        <translation>“{batch}”的记录将被删除；审计中仍会保留。</translation>
    </message>
    <message>
        <source>What was written is taken back.</source>
        <translation>记录已撤回。</translation>
    </message>
    <message>
        <source>kWh</source>
        <translation>kWh</translation>
    </message>
    <message>
        <source>kWh by tariff</source>
        <translation>分时段 kWh</translation>
    </message>
    <message>
        <source>kWh/t</source>
        <translation>kWh/t</translation>
    </message>
    <message>
        <source>not seen as a whole</source>
        <translation>未完整测得</translation>
    </message>
    <message>
        <source>the meter saw no such batch</source>
        <translation>电表未测得此批次</translation>
    </message>
    <message>
        <source>written and measured times differ by more than half an hour</source>
        <translation>记录时间与实测时间相差半小时以上</translation>
    </message>
    <message>
        <source>{machine}: the meter&apos;s times and energies stay; what you write decides what belongs to one batch, and by its tonnes and recipe batches are compared. Choose a batch to write of it.</source>
        <translation>{machine}：以电表的时间和电量为准；您所录内容决定哪些属于同一批次，并据吨数和配方比较批次。请选择要记录的批次。</translation>
    </message>
    <message>
        <source>{minutes} min of it not seen</source>
        <translation>其中 {minutes} 分钟未测到</translation>
    </message>
    <message>
        <source>“{caption}” must be a number, not “{text}”.</source>
        <translation>“{caption}”须为数字，而不是“{text}”。</translation>
    </message>
    <message>
        <source>“{caption}” must be like 2016-03-14 22:05, not “{text}”.</source>
        <translation>“{caption}”须形如 2016-03-14 22:05，而不是“{text}”。</translation>
    </message>
</context>
<context>
    <name>BeginStep</name>
    <message>
        <source>The example plant, simulated in {folder}. People: {people}.</source>
        <translation>示例工厂，在 {folder} 中模拟运行。人员：{people}。</translation>
    </message>
    <message>
        <source>The station is starting …</source>
        <translation>控制站正在启动…</translation>
    </message>
    <message>
        <source>The station runs, but nothing is read yet:</source>
        <translation>控制站已运行，但尚未读到数据：</translation>
    </message>
    <message>
        <source>Write it and start the station</source>
        <translation>写入并启动控制站</translation>
    </message>
    <message>
        <source>Writing plant and people …</source>
        <translation>正在写入工厂和人员…</translation>
    </message>
    <message>
        <source>{plant}: {machines:machine|machines}, {meters:meter|meters} on {lines:line|lines}, tariff {tariff}. People: {people}. It is written to {folder}.</source>
        <translation>{plant}：{machines} 台设备，{lines} 条线路上 {meters} 块电表，电价 {tariff}。人员：{people}。将写入 {folder}。</translation>
    </message>
    <message>
        <source>✓ The station runs and reads. The first values:</source>
        <translation>✓ 控制站已运行并在读取。首批数值：</translation>
    </message>
    <message>
        <source>✓ The station runs; the first values come with the next reading.</source>
        <translation>✓ 控制站已运行；首批数值将随下次读取到来。</translation>
    </message>
</context>
<context>
    <name>BindingTable</name>
    <message>
        <source>Batches kept from a cheaper place</source>
        <translation>被挡在更便宜时段之外的批次</translation>
    </message>
    <message>
        <source>Left there</source>
        <translation>余量</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>最紧时刻</translation>
    </message>
    <message>
        <source>The most that one would save, {currency}</source>
        <translation>单个批次最多可再节省，{currency}</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>哪个批次</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>A reason is needed; say in a few words why.</source>
        <translation>必须填写理由，请简要说明。</translation>
    </message>
    <message>
        <source>Apply all</source>
        <translation>全部应用</translation>
    </message>
    <message>
        <source>Change the plant</source>
        <translation>更改工厂</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新值</translation>
    </message>
    <message>
        <source>Old</source>
        <translation>原值</translation>
    </message>
    <message>
        <source>These changes are made together, or none of them. The station stops reading for a moment and goes on with the new plant; a plan that no longer fits it becomes stale.</source>
        <translation>这些更改要么全部生效，要么都不生效。控制站会短暂停止读取，然后按新的工厂继续；不再适合的方案将失效。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Why, for the audit</source>
        <translation>原因（记入审计）</translation>
    </message>
</context>
<context>
    <name>CurvesButton</name>
    <message>
        <source>As stairs</source>
        <translation>按阶梯绘制</translation>
    </message>
    <message>
        <source>Curves ▾</source>
        <translation>曲线 ▾</translation>
    </message>
    <message>
        <source>Forecast from now on</source>
        <translation>从现在起的预测</translation>
    </message>
    <message>
        <source>Load by the plan in force</source>
        <translation>执行中方案的负荷</translation>
    </message>
    <message>
        <source>No forecast</source>
        <translation>不显示预测</translation>
    </message>
    <message>
        <source>What was foretold, what is planned, and which curves are stairs.</source>
        <translation>预测、计划，以及哪些曲线按阶梯绘制。</translation>
    </message>
    <message>
        <source>What was said a day before</source>
        <translation>提前一天的预测</translation>
    </message>
    <message>
        <source>What was said an hour before</source>
        <translation>提前一小时的预测</translation>
    </message>
    <message>
        <source>What was said six hours before</source>
        <translation>提前六小时的预测</translation>
    </message>
</context>
<context>
    <name>DeskMenu</name>
    <message>
        <source>About …</source>
        <translation>关于…</translation>
    </message>
    <message>
        <source>Add a user …</source>
        <translation>添加用户…</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>First steps …</source>
        <translation>入门步骤…</translation>
    </message>
    <message>
        <source>Go to …	Ctrl+K</source>
        <translation>转到…	Ctrl+K</translation>
    </message>
    <message>
        <source>Help	F1</source>
        <translation>帮助	F1</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Lock the desk	Ctrl+L</source>
        <translation>锁定操作台	Ctrl+L</translation>
    </message>
    <message>
        <source>Nobody is signed in, so it is locked already.</source>
        <translation>无人登录，操作台已锁定。</translation>
    </message>
    <message>
        <source>Replay what is in view …</source>
        <translation>回放当前时段…</translation>
    </message>
    <message>
        <source>Sign in …</source>
        <translation>登录…</translation>
    </message>
    <message>
        <source>Theme as the system has it</source>
        <translation>主题跟随系统</translation>
    </message>
</context>
<context>
    <name>DeskWindow</name>
    <message>
        <source>A replay of what is in view opens in a window of its own.</source>
        <translation>当前时段的回放将在单独的窗口中打开。</translation>
    </message>
    <message>
        <source>F1  help
Ctrl+K  go to anything
Ctrl+L  lock the desk
Space  acknowledge the newest alarm</source>
        <translation>F1  帮助
Ctrl+K  转到任意对象
Ctrl+L  锁定操作台
空格  确认最新报警</translation>
    </message>
    <message>
        <source>Help: {page}</source>
        <translation>帮助：{page}</translation>
    </message>
    <message>
        <source>No station has run on this data folder yet, so nothing is measured.</source>
        <translation>此数据文件夹尚未运行过控制站，因此没有测量数据。</translation>
    </message>
    <message>
        <source>REPLAY · {plant}</source>
        <translation>回放 · {plant}</translation>
    </message>
    <message>
        <source>Start the station</source>
        <translation>启动控制站</translation>
    </message>
    <message>
        <source>The station has been silent for {age}: what you see grows old and no plan is carried out.</source>
        <translation>控制站已 {age}无响应：所示数据已陈旧，方案不再执行。</translation>
    </message>
    <message>
        <source>The station is starting.</source>
        <translation>控制站正在启动。</translation>
    </message>
    <message>
        <source>Valleyline · {plant}</source>
        <translation>Valleyline · {plant}</translation>
    </message>
</context>
<context>
    <name>DiagnosisPage</name>
    <message>
        <source>95 % within, ms</source>
        <translation>95 % 以内 ms</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>占用率</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>校验错</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>报文</translation>
    </message>
    <message>
        <source>How the field does, for whoever mends it. Meters: when each last gave a good value, how soon it answers (the median, and 95 of 100 times), and what went wrong, counted since the line was opened. A meter that has stopped answering is asked ever more rarely. Lines: the same for all on a line, how busy it is and how late, and how long reading everything once takes by its speed beside the shortest period that is wanted. Frames: the last that passed on a line, what the station wrote to the PLC and what came back, and any frame that you paste, in words. Station: its sign of life, the database and the disk.</source>
        <translation>现场通信状况，供维护人员使用。仪表：各自上次的有效值、应答时间（中位数与 95 % 以内），以及自线路打开以来的各类错误计数。停止应答的仪表会越来越少地被询问。线路：整条线路的同类数据、占用率和延迟，以及按其速率全部读取一轮所需时间与所要求的最短周期。报文：线路上最近的报文、控制站写入 PLC 的内容与返回，以及您粘贴的任何报文，均解读成文字。控制站：心跳、数据库和磁盘。</translation>
    </message>
    <message>
        <source>Last good</source>
        <translation>最近有效</translation>
    </message>
    <message>
        <source>Late by, s</source>
        <translation>延迟 s</translation>
    </message>
    <message>
        <source>Late frames</source>
        <translation>迟到报文</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Median, ms</source>
        <translation>中位数 ms</translation>
    </message>
    <message>
        <source>Meter</source>
        <translation>电表</translation>
    </message>
    <message>
        <source>Meters</source>
        <translation>电表</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Round / period, s</source>
        <translation>一轮 / 周期 s</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>控制站</translation>
    </message>
    <message>
        <source>Stuck</source>
        <translation>数值停滞</translation>
    </message>
    <message>
        <source>Time-outs</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>another model: says {says}</source>
        <translation>其他型号：报 {says}</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>有应答</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>does not say its model</source>
        <translation>不报型号</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>no reading yet</source>
        <translation>尚无读数</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>not opened yet</source>
        <translation>尚未打开</translation>
    </message>
    <message>
        <source>silent for {age}</source>
        <translation>已无应答 {age}</translation>
    </message>
    <message>
        <source>was connected; no station says how it is now</source>
        <translation>此前已连接；目前没有控制站报告</translation>
    </message>
    <message>
        <source>{budget}: too slow</source>
        <translation>{budget}：过慢</translation>
    </message>
    <message>
        <source>{state}; asked again in {seconds} s</source>
        <translation>{state}；{seconds} 秒后再次询问</translation>
    </message>
</context>
<context>
    <name>EnergyExport</name>
    <message>
        <source>CSV file</source>
        <translation>CSV 文件</translation>
    </message>
    <message>
        <source>Excel file</source>
        <translation>Excel 文件</translation>
    </message>
    <message>
        <source>Export what is seen</source>
        <translation>导出当前显示</translation>
    </message>
    <message>
        <source>Export ▾</source>
        <translation>导出 ▾</translation>
    </message>
    <message>
        <source>Exported.</source>
        <translation>已导出。</translation>
    </message>
    <message>
        <source>{path} cannot be written; choose another place.</source>
        <translation>{path} 无法写入，请另选位置。</translation>
    </message>
</context>
<context>
    <name>EnergyPage</name>
    <message>
        <source>Baseline</source>
        <translation>基准</translation>
    </message>
    <message>
        <source>Columns of what is shown</source>
        <translation>所示内容的柱形图</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>按日</translation>
    </message>
    <message>
        <source>Energy of {machine}</source>
        <translation>{machine} 的能耗</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>产线</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Months</source>
        <translation>按月</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>产品</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Savings</source>
        <translation>节省</translation>
    </message>
    <message>
        <source>Shifts</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>States</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Tariff periods</source>
        <translation>电价时段</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>所示内容</translation>
    </message>
    <message>
        <source>What was used and what it cost, over whole local days. Machines: the ranking, and what a batch takes. Products: batches by the recipe and the tonnes that were written of them on the Twin page. Days, of a long time months, Tariff periods, Shifts and Teams: the whole or one machine. States: hours in each state, starts and stops. Year on year: the same dates a year before, whole days. Baseline: what a batch and a tonne took, beside the days that the plant names as its baseline. Savings: what finished plans saved by the meters, with an 80 % band. Lines are there where machines have a production line, carbon where the plant says what a kWh emits; these, the teams&apos; roster and the baseline are set on the Plant page. Energy comes from the meters&apos; counters. A sum that rests on gaps says which share of the time was measured; nothing is added for what is missing.</source>
        <translation>按当地整日统计用电量与电费。设备：排名及每批能耗。产品：按孪生页所填的配方与吨数统计各批次。按日（时间较长时按月）、电价时段、班次和班组：整个车间或单台设备。状态：各状态的小时数、启动与停止次数。同比：与上年相同日期比较，只计整日。基准：每批与每吨能耗，与工厂所定基准期对比。节省：已结束方案经电表核验的节省额，附 80 % 区间。设备填有产线时显示产线，工厂填有每 kWh 排放量时显示碳排放；这些以及班组轮班表和基准期均在工厂页设置。电量取自电表计数。合计若有缺测，会注明已测时间的比例；缺失部分不作补充。</translation>
    </message>
    <message>
        <source>Year on year</source>
        <translation>同比</translation>
    </message>
</context>
<context>
    <name>EnterBatchButton</name>
    <message>
        <source>&amp;Batch …</source>
        <translation>批次(&amp;B)…</translation>
    </message>
    <message>
        <source>Batch {batch} is entered; search to see where a plan puts it.</source>
        <translation>批次 {batch} 已录入；请搜索以查看方案如何安排。</translation>
    </message>
    <message>
        <source>Enters a batch that a plan can place, or changes one by its name.</source>
        <translation>录入可由方案安排的批次，或按名称修改批次。</translation>
    </message>
</context>
<context>
    <name>EnterBatchDialog</name>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Changes batch {batch} that is there: {machine}, {earliest} to {due}.</source>
        <translation>将修改已有批次 {batch}：{machine}，{earliest} 至 {due}。</translation>
    </message>
    <message>
        <source>Done by</source>
        <translation>最迟完成</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>录入</translation>
    </message>
    <message>
        <source>Enter a batch</source>
        <translation>录入批次</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Not before (year-month-day hour:minute)</source>
        <translation>最早开始（年-月-日 时:分）</translation>
    </message>
    <message>
        <source>Runs for, min</source>
        <translation>运行时长，分钟</translation>
    </message>
    <message>
        <source>The crew would start it at</source>
        <translation>班组惯常启动时间</translation>
    </message>
    <message>
        <source>The station is looking at the batch …</source>
        <translation>控制站正在审查批次…</translation>
    </message>
    <message>
        <source>“{caption}” must be a whole number of minutes, not “{text}”.</source>
        <translation>“{caption}”须为整数分钟，而不是“{text}”。</translation>
    </message>
    <message>
        <source>“{caption}” must be like 2016-03-14 22:05, not “{text}”.</source>
        <translation>“{caption}”须形如 2016-03-14 22:05，而不是“{text}”。</translation>
    </message>
</context>
<context>
    <name>FindMetersDialog</name>
    <message>
        <source>Find meters</source>
        <translation>查找电表</translation>
    </message>
    <message>
        <source>Take the marked meters</source>
        <translation>采用所勾选的电表</translation>
    </message>
    <message>
        <source>Takes them into the changes that wait; mark some, and choose their profiles.</source>
        <translation>把它们列入待应用的更改；请先勾选并选好型号配置。</translation>
    </message>
    <message>
        <source>The meters marked on {port} answer at different speeds; a line has one. Mark those of one.</source>
        <translation>{port} 上所勾选的电表以不同的波特率应答，而一条线路只有一个波特率；请只勾选同一波特率的。</translation>
    </message>
</context>
<context>
    <name>FindingsTab</name>
    <message>
        <source>Close it</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Closes the chosen finding with what came of it; after a drift the charts begin anew.</source>
        <translation>填写处理结果并关闭所选发现；漂移之后控制图重新开始。</translation>
    </message>
    <message>
        <source>Each is said once and stands until somebody has looked into it.</source>
        <translation>每项只提示一次，直到有人查看处理为止。</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>How much</source>
        <translation>幅度</translation>
    </message>
    <message>
        <source>Looked into</source>
        <translation>已查看</translation>
    </message>
    <message>
        <source>Looked into …</source>
        <translation>已查看…</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Nothing was found: each machine&apos;s batches are as they were.</source>
        <translation>没有发现异常：各设备的批次一如既往。</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
</context>
<context>
    <name>FirstAdministratorDialog</name>
    <message>
        <source>First start</source>
        <translation>首次启动</translation>
    </message>
    <message>
        <source>Make the administrator</source>
        <translation>创建管理员</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Nobody may sign in here yet. Choose the name and the password of the administrator, who then adds operators and supervisors. The password cannot be recovered.</source>
        <translation>尚无可登录的用户。请设定管理员的姓名和密码，再由管理员添加操作员和主管。密码无法找回。</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>The two passwords differ; type them again.</source>
        <translation>两次输入的密码不一致，请重新输入。</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>(comes with the example)</source>
        <translation>（示例已包含）</translation>
    </message>
    <message>
        <source>All is written; change it on the Plant page.</source>
        <translation>已全部写入；请在工厂页更改。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Chosen on the first step; later in the control room&apos;s menu.</source>
        <translation>在第一步选择；以后可在控制室的菜单中更改。</translation>
    </message>
    <message>
        <source>Five steps make a control room of an empty data folder: the plant with its machines, the meters that measure them, the tariff, the people, and the start of the station that reads the meters. Nothing is written before the last step. Everything can be changed later on the Plant page by an engineer, and people are added by the administrator.

To look around first, choose the example: it needs no hardware.</source>
        <translation>五个步骤把空的数据文件夹变成控制室：工厂及其设备、测量它们的电表、电价、人员，以及启动读取电表的控制站。最后一步之前不写入任何内容。之后工程师可在工厂页更改一切，人员由管理员添加。

想先看看，可选择示例：它不需要任何硬件。</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Help: first start</source>
        <translation>帮助：首次启动</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Meters</source>
        <translation>电表</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Open the control room</source>
        <translation>打开控制室</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Plant</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Step {number} of {count}: {name}</source>
        <translation>第 {number} 步，共 {count} 步：{name}</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Tariff</source>
        <translation>电价</translation>
    </message>
    <message>
        <source>The next step.</source>
        <translation>下一步。</translation>
    </message>
    <message>
        <source>The station must have been started first.</source>
        <translation>须先启动控制站。</translation>
    </message>
    <message>
        <source>The step before.</source>
        <translation>上一步。</translation>
    </message>
    <message>
        <source>Valleyline · first start</source>
        <translation>Valleyline · 首次启动</translation>
    </message>
</context>
<context>
    <name>FirstStepsDialog</name>
    <message>
        <source>Add a user …</source>
        <translation>添加用户…</translation>
    </message>
    <message>
        <source>Adds a user.</source>
        <translation>添加用户。</translation>
    </message>
    <message>
        <source>Change …</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Equipment …</source>
        <translation>设备…</translation>
    </message>
    <message>
        <source>Find and change …</source>
        <translation>查找与更改…</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门步骤</translation>
    </message>
    <message>
        <source>Goes where this is done.</source>
        <translation>转到完成此步骤之处。</translation>
    </message>
    <message>
        <source>Meters</source>
        <translation>电表</translation>
    </message>
    <message>
        <source>No station runs, so nothing is read.</source>
        <translation>没有控制站在运行，因此不读取任何数据。</translation>
    </message>
    <message>
        <source>Nobody is {roles} yet; a plan needs an operator and a supervisor.</source>
        <translation>尚无{roles}；方案需要操作员和主管。</translation>
    </message>
    <message>
        <source>Operator, supervisor and engineer can sign in.</source>
        <translation>操作员、主管和工程师均可登录。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Plant</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>Start the station</source>
        <translation>启动控制站</translation>
    </message>
    <message>
        <source>Starts the station.</source>
        <translation>启动控制站。</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>控制站</translation>
    </message>
    <message>
        <source>Tariff</source>
        <translation>电价</translation>
    </message>
    <message>
        <source>The station runs already.</source>
        <translation>控制站已在运行。</translation>
    </message>
    <message>
        <source>The station runs; it goes on when this window is closed.</source>
        <translation>控制站在运行；关闭此窗口后仍继续。</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>still to do</source>
        <translation>待完成</translation>
    </message>
    <message>
        <source>{plant}: {count:machine|machines} in {shopfloor}.</source>
        <translation>{plant}：{shopfloor}有 {count} 台设备。</translation>
    </message>
    <message>
        <source>{read} of {count:meter|meters} gave a good value.</source>
        <translation>{count} 块电表中 {read} 块给出了有效值。</translation>
    </message>
    <message>
        <source>{read} of {count:meter|meters} gave a good value; no meter yet: {machines}.</source>
        <translation>{count} 块电表中 {read} 块给出了有效值；尚无电表：{machines}。</translation>
    </message>
    <message>
        <source>{tariff} has no price for today; choose another.</source>
        <translation>{tariff} 没有今日的电价；请另选。</translation>
    </message>
    <message>
        <source>{tariff}; now {band}, {price}.</source>
        <translation>{tariff}；当前{band}，{price}。</translation>
    </message>
</context>
<context>
    <name>FramesTab</name>
    <message>
        <source>A frame that is pasted here is put into words.</source>
        <translation>粘贴到此处的报文会被解读。</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Paste a frame, e.g. 17 03 00 00 00 02 C6 9D</source>
        <translation>粘贴报文，例如 17 03 00 00 00 02 C6 9D</translation>
    </message>
    <message>
        <source>Raw frame</source>
        <translation>原始报文</translation>
    </message>
    <message>
        <source>The last frames on {line}, told every few seconds; choose one to read it.</source>
        <translation>{line} 上最近的报文，每隔几秒更新；点选一条即可解读。</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>What the plan in force has written, and what the PLC answered.</source>
        <translation>执行中的计划写入的内容及 PLC 的应答。</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who or what</source>
        <translation>设备或方向</translation>
    </message>
    <message>
        <source>Whose frames</source>
        <translation>报文来源</translation>
    </message>
    <message>
        <source>Written to the PLC</source>
        <translation>写入 PLC</translation>
    </message>
    <message>
        <source>came</source>
        <translation>收到</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>发出</translation>
    </message>
    <message>
        <source>{protocol}: not valid</source>
        <translation>{protocol}：无效</translation>
    </message>
    <message>
        <source>{protocol}: valid</source>
        <translation>{protocol}：有效</translation>
    </message>
</context>
<context>
    <name>GoToDialog</name>
    <message>
        <source>A page, a machine, a point, an alarm …</source>
        <translation>页面、设备、测点、报警…</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Nothing fits; type less.</source>
        <translation>无匹配项，请减少输入。</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>匹配项</translation>
    </message>
    <message>
        <source>What to go to</source>
        <translation>转到何处</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Locked · {name}</source>
        <translation>已锁定 · {name}</translation>
    </message>
    <message>
        <source>No station says how the lines are.</source>
        <translation>没有控制站报告线路状态。</translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation>未登录</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录制回放</translation>
    </message>
    <message>
        <source>The desk locks itself when nobody touches it; viewing goes on. Sign in to act.</source>
        <translation>无人操作时操作台会自动锁定，仍可查看。操作前请登录。</translation>
    </message>
    <message>
        <source>The plant&apos;s tariff has no price for this moment; choose another in the plant file.</source>
        <translation>电价表不含当前时刻的价格；请在工厂文件中另选电价。</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <translation>M月d日 ddd</translation>
    </message>
    <message>
        <source>lines {up}/{all}</source>
        <translation>线路 {up}/{all}</translation>
    </message>
    <message>
        <source>lines: not known</source>
        <translation>线路：未知</translation>
    </message>
    <message>
        <source>lines: not recorded</source>
        <translation>线路：未记录</translation>
    </message>
    <message>
        <source>load {value}</source>
        <translation>负荷 {value}</translation>
    </message>
    <message>
        <source>no tariff for today</source>
        <translation>今日无电价</translation>
    </message>
    <message>
        <source>{band} {price:.3f} {currency}/kWh · {next} in {hours}:{minutes:02d}</source>
        <translation>{band} {price:.3f} {currency}/kWh · {hours}:{minutes:02d} 后转{next}</translation>
    </message>
    <message>
        <source>{count:alarm|alarms} of priority {priority}</source>
        <translation>优先级 {priority} 的报警 {count} 条</translation>
    </message>
    <message>
        <source>{name} · {role}</source>
        <translation>{name} · {role}</translation>
    </message>
</context>
<context>
    <name>HoursTab</name>
    <message>
        <source>Idle stretches</source>
        <translation>空转段数</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>Runs begun</source>
        <translation>开始运行次数</translation>
    </message>
    <message>
        <source>Runs ended</source>
        <translation>结束运行次数</translation>
    </message>
    <message>
        <source>What the hours are summed by</source>
        <translation>小时数的汇总方式</translation>
    </message>
    <message>
        <source>{machine}: hours in each state, runs and idle stretches of the last {days} days</source>
        <translation>{machine}：最近 {days} 天各状态小时数、运行次数与空转段数</translation>
    </message>
    <message>
        <source>{state}, h</source>
        <translation>{state}，h</translation>
    </message>
</context>
<context>
    <name>InForceTab</name>
    <message>
        <source>Baseline, {currency}</source>
        <translation>基准，{currency}</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Commands and savings</source>
        <translation>命令与节省</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Covered</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation>审批人</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>应执行时间</translation>
    </message>
    <message>
        <source>Every machine is handed back to the crew at once. Why is the plan stopped?</source>
        <translation>所有设备将立即交还班组。停止方案的原因？</translation>
    </message>
    <message>
        <source>From</source>
        <translation>自</translation>
    </message>
    <message>
        <source>Hands every machine back to the crew at once; only a plan in force can be stopped.</source>
        <translation>立即将所有设备交还班组；只有执行中的方案可以停止。</translation>
    </message>
    <message>
        <source>Here a proposed plan will stand, and in it what the meters saw running.</source>
        <translation>提交的方案将显示在此，并标出电表实测的运行时段。</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>No plan was proposed yet. Search one on the tab beside this.</source>
        <translation>尚未提交方案。请在旁边的标签页中搜索。</translation>
    </message>
    <message>
        <source>Not verified yet: the meters are read when the plan is finished.</source>
        <translation>尚未核验：方案完成后读取电表。</translation>
    </message>
    <message>
        <source>Not verified: only a plan that was carried out to its end is.</source>
        <translation>未核验：只有完整执行到结束的方案才会核验。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Only a supervisor may stop a plan.</source>
        <translation>只有主管可以停止方案。</translation>
    </message>
    <message>
        <source>Only the proposer may withdraw a plan, and only while it waits.</source>
        <translation>只有提交人可以撤回方案，且仅限待审批时。</translation>
    </message>
    <message>
        <source>Paid, {currency}</source>
        <translation>实付，{currency}</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Plan {id} is {state}; it covers {start} to {end}.</source>
        <translation>方案 {id}：{state}；时段 {start} 至 {end}。</translation>
    </message>
    <message>
        <source>Planned and measured load</source>
        <translation>计划与实测负荷</translation>
    </message>
    <message>
        <source>Promised, {currency}</source>
        <translation>预计节省，{currency}</translation>
    </message>
    <message>
        <source>Proposed by</source>
        <translation>提交人</translation>
    </message>
    <message>
        <source>Read back</source>
        <translation>回读时间</translation>
    </message>
    <message>
        <source>Saved, {currency}</source>
        <translation>节省，{currency}</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stop the plan</source>
        <translation>停止方案</translation>
    </message>
    <message>
        <source>Stop the plan …</source>
        <translation>停止方案…</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Verified by the meters: {kwh:,.1f} kWh cost {paid:,.2f} {currency} instead of {baseline:,.2f}: saved {saving:,.2f} (80 % band {low:,.2f} to {high:,.2f}); {coverage:.1%} of the time was read.</source>
        <translation>电表核验：{kwh:,.1f} kWh，实付 {paid:,.2f} {currency}，基准 {baseline:,.2f}：节省 {saving:,.2f}（80 % 区间 {low:,.2f} 至 {high:,.2f}）；读数覆盖率 {coverage:.1%}。</translation>
    </message>
    <message>
        <source>Verified, {currency}</source>
        <translation>核验节省，{currency}</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>kWh</source>
        <translation>kWh</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>{name} decided: “{reason}”</source>
        <translation>{name} 的审批意见：“{reason}”</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Export the entries</source>
        <translation>导出条目</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Nothing contains “{words}”; clear the search to see all.</source>
        <translation>没有包含“{words}”的记录；清除搜索以查看全部。</translation>
    </message>
    <message>
        <source>Show {n} newer</source>
        <translation>显示 {n} 条新记录</translation>
    </message>
    <message>
        <source>The entries are being written …</source>
        <translation>正在写入条目…</translation>
    </message>
    <message>
        <source>Writes all that the search finds as CSV or Excel.</source>
        <translation>将搜索到的全部条目写为 CSV 或 Excel。</translation>
    </message>
    <message>
        <source>the last {n} entries; scroll for more</source>
        <translation>最近 {n} 条记录，滚动查看更多</translation>
    </message>
    <message>
        <source>{n:entry is|entries are} written to {path}.</source>
        <translation>{n} 条记录已写入 {path}。</translation>
    </message>
    <message>
        <source>{n:entry|entries}</source>
        <translation>{n} 条记录</translation>
    </message>
</context>
<context>
    <name>MachineView</name>
    <message>
        <source>Alarm</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Alarms of this machine; Enter shows one</source>
        <translation>本设备的报警；按回车查看</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Batches of this machine</source>
        <translation>本设备的批次</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>最迟完成</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能耗</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Points of this machine; Enter draws one</source>
        <translation>本设备的测点；按回车绘制</translation>
    </message>
    <message>
        <source>Power of this machine</source>
        <translation>本设备的功率</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>启动时间</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>no alarm stands</source>
        <translation>无现存报警</translation>
    </message>
    <message>
        <source>◀ All machines</source>
        <translation>◀ 全部设备</translation>
    </message>
</context>
<context>
    <name>MachinesTab</name>
    <message>
        <source>How far the picture looks back</source>
        <translation>图形回看的时间</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Mean error</source>
        <translation>平均误差</translation>
    </message>
    <message>
        <source>Mean error of each day</source>
        <translation>每天的平均误差</translation>
    </message>
    <message>
        <source>Share of each day within the band</source>
        <translation>每天在区间内的比例</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Still takes (80 %)</source>
        <translation>尚需（80 %）</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>已用</translation>
    </message>
    <message>
        <source>What it believes, and how well it foretold</source>
        <translation>孪生的判断及其预测的准确程度</translation>
    </message>
    <message>
        <source>What was said of the load, and what was measured</source>
        <translation>负荷的预测与实测</translation>
    </message>
    <message>
        <source>Within the band</source>
        <translation>在区间内</translation>
    </message>
    <message>
        <source>half a year</source>
        <translation>半年</translation>
    </message>
    <message>
        <source>mean error of a day above; below, how much of it lay within the 80 % band</source>
        <translation>上方为每天的平均误差，下方为落在 80 % 区间内的比例</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>of the load</source>
        <translation>占负荷</translation>
    </message>
    <message>
        <source>said a day ago and now, with its 80 % band</source>
        <translation>一天前和现在的预测及其 80 % 区间</translation>
    </message>
    <message>
        <source>the last day</source>
        <translation>最近一天</translation>
    </message>
    <message>
        <source>{subject}: how far off each day&apos;s forecasts were</source>
        <translation>{subject}：每天预测的偏差</translation>
    </message>
    <message>
        <source>{subject}: what was said, and what came</source>
        <translation>{subject}：预测与实际</translation>
    </message>
</context>
<context>
    <name>MeterFinder</name>
    <message>
        <source>9600 and 19200, no and even parity</source>
        <translation>9600 和 19200，无校验与偶校验</translation>
    </message>
    <message>
        <source>9600 baud, no parity</source>
        <translation>9600 波特，无校验</translation>
    </message>
    <message>
        <source>A scan only reads. It asks at each address and takes about 50 s a speed; what it found stays when you stop it.</source>
        <translation>扫描只读不写。它逐个地址询问，每种波特率约 50 秒；停止后已找到的仍保留。</translation>
    </message>
    <message>
        <source>Add by hand</source>
        <translation>手工添加</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Addresses from</source>
        <translation>地址从</translation>
    </message>
    <message>
        <source>Adds a meter that does not answer yet.</source>
        <translation>添加一块尚未应答的电表。</translation>
    </message>
    <message>
        <source>All usual speeds (long)</source>
        <translation>所有常用波特率（耗时）</translation>
    </message>
    <message>
        <source>Answers at</source>
        <translation>应答位置</translation>
    </message>
    <message>
        <source>Asks what hangs on the port; nothing is written to any meter.</source>
        <translation>询问该端口上接了什么；不向任何电表写入。</translation>
    </message>
    <message>
        <source>Choose a port first, such as {examples}.</source>
        <translation>请先选择端口，例如 {examples}。</translation>
    </message>
    <message>
        <source>Choose a profile first.</source>
        <translation>请先选择型号配置。</translation>
    </message>
    <message>
        <source>Choose the profile of the meter at address {address}: its maker and model.</source>
        <translation>请为地址 {address} 的电表选择型号配置：其厂家与型号。</translation>
    </message>
    <message>
        <source>First address</source>
        <translation>首地址</translation>
    </message>
    <message>
        <source>How much of the scan is done</source>
        <translation>扫描进度</translation>
    </message>
    <message>
        <source>Last address</source>
        <translation>末地址</translation>
    </message>
    <message>
        <source>Mark the meters to take, choose what each is and what it measures.</source>
        <translation>请勾选要采用的电表，并选择各自的型号配置和测量对象。</translation>
    </message>
    <message>
        <source>Measures</source>
        <translation>测量对象</translation>
    </message>
    <message>
        <source>Meters that answered</source>
        <translation>已应答的电表</translation>
    </message>
    <message>
        <source>Nothing answered on {port}. Check power, wiring (A and B) and address, try more speeds, or add the meter by hand.</source>
        <translation>{port} 上无应答。请检查供电、接线（A 和 B）与地址，尝试更多波特率，或手工添加电表。</translation>
    </message>
    <message>
        <source>Opening {port} …</source>
        <translation>正在打开 {port}…</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>型号配置</translation>
    </message>
    <message>
        <source>Question {asked} of {steps}; {found} found.</source>
        <translation>第 {asked} 问，共 {steps} 问；已找到 {found} 块。</translation>
    </message>
    <message>
        <source>Read once</source>
        <translation>读一次</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Reads the selected meter once, to see which one it is.</source>
        <translation>读一次所选电表，以辨认是哪一块。</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Speeds</source>
        <translation>波特率</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>The station reads this port as {line}, so it is not scanned. Add the meter by hand, or end the station first.</source>
        <translation>控制站正以 {line} 读取此端口，因此不扫描。请手工添加电表，或先结束控制站。</translation>
    </message>
    <message>
        <source>The station reads this port; see its values on the Overview.</source>
        <translation>控制站正在读取此端口；请在总览页查看其数值。</translation>
    </message>
    <message>
        <source>This line</source>
        <translation>此线路</translation>
    </message>
    <message>
        <source>What it says</source>
        <translation>读数</translation>
    </message>
    <message>
        <source>choose or type …</source>
        <translation>选择或输入…</translation>
    </message>
    <message>
        <source>no machine</source>
        <translation>无设备</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>MetersStep</name>
    <message>
        <source>Choose the port that the meters hang on and scan it. For each meter that answers, choose its profile and the machine that it measures; “Read once” shows what it draws now.</source>
        <translation>选择电表所在的端口并扫描。为每块应答的电表选择型号配置和它所测的设备；“读一次”显示当前功率。</translation>
    </message>
    <message>
        <source>Mark at least one meter; add it by hand where none answers yet.</source>
        <translation>请至少勾选一块电表；尚无应答时可手工添加。</translation>
    </message>
    <message>
        <source>The meters on {port} answer at different speeds; mark only those of one speed.</source>
        <translation>{port} 上的电表以不同的波特率应答；请只勾选同一波特率的。</translation>
    </message>
    <message>
        <source>Two meters measure the same; choose another machine for one of them.</source>
        <translation>两块电表测量同一对象；请为其中一块另选设备。</translation>
    </message>
</context>
<context>
    <name>ModelsTab</name>
    <message>
        <source>Fitted</source>
        <translation>学习时间</translation>
    </message>
    <message>
        <source>From readings since</source>
        <translation>所用读数自</translation>
    </message>
    <message>
        <source>Hold it</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Hold to this version …</source>
        <translation>固定为此版本…</translation>
    </message>
    <message>
        <source>Let it go</source>
        <translation>解除</translation>
    </message>
    <message>
        <source>Let it learn again …</source>
        <translation>恢复学习…</translation>
    </message>
    <message>
        <source>Running draws</source>
        <translation>运行功率</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>The machine&apos;s states are told by the chosen version until it is let go again.</source>
        <translation>在解除之前，设备状态一直由所选版本判定。</translation>
    </message>
    <message>
        <source>The newest version that predicted no worse is used again, and what later nights teach.</source>
        <translation>重新使用预测不逊色的最新版本，以及此后每夜学到的版本。</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>of the one before</source>
        <translation>前一版本得分</translation>
    </message>
    <message>
        <source>pinned, in force</source>
        <translation>已固定，使用中</translation>
    </message>
    <message>
        <source>predicted no worse</source>
        <translation>预测不逊色</translation>
    </message>
    <message>
        <source>predicted worse, not used</source>
        <translation>预测较差，未使用</translation>
    </message>
    <message>
        <source>until</source>
        <translation>至</translation>
    </message>
    <message>
        <source>{machine} goes on by the newest version that was used.</source>
        <translation>{machine} 改用最近一次使用的版本。</translation>
    </message>
    <message>
        <source>{machine} is held to version {version} until somebody lets it go.</source>
        <translation>{machine} 固定为版本 {version}，直到有人解除。</translation>
    </message>
    <message>
        <source>{machine}: nothing was learned yet; its states are told by what the plant file says. Every night the station learns from the last fourteen days, once there are five.</source>
        <translation>{machine}：尚未学习；其状态按工厂文件判定。满五天后，控制站每夜从最近十四天学习。</translation>
    </message>
    <message>
        <source>{machine}: version {version} is in force. Each night a new one is learned, and used only if it predicts the two days that were held back no worse (score: nats a reading).</source>
        <translation>{machine}：正在使用版本 {version}。每夜学习一个新版本，仅当它对留出的两天预测不更差时才使用（得分：每个读数的奈特）。</translation>
    </message>
</context>
<context>
    <name>MoveTable</name>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Cheaper, but for a limit</source>
        <translation>更便宜但受限</translation>
    </message>
    <message>
        <source>From</source>
        <translation>自</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Next best</source>
        <translation>次优</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Saves, {currency}</source>
        <translation>节省，{currency}</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Messages that nobody has closed yet; press to read them.</source>
        <translation>尚无人关闭的消息；按此查看。</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>(measured {share:.0f} % of the time)</source>
        <translation>（已测时间占 {share:.0f} %）</translation>
    </message>
    <message>
        <source>Load of the shop-floor, 24 hours back and until the end of tomorrow</source>
        <translation>车间负荷：近 24 小时至明日结束</translation>
    </message>
    <message>
        <source>No meter has been read yet. Readings appear here as soon as the station has its first.</source>
        <translation>尚未读取任何电表。控制站取得首个读数后即显示于此。</translation>
    </message>
    <message>
        <source>What the plant does now. Each card is a machine: its power with its quality, the bar against the normal range (outlined), its last 24 hours, its batch and what comes next. Running is grey; colour means that somebody should look. Below, the load of the last 24 hours and what is expected until the end of tomorrow. Click a card for the machine with all its points, then a point for its trend; Escape goes back.</source>
        <translation>工厂当前的运行情况。每张卡片是一台设备：功率及其质量、相对正常范围（轮廓）的条形、最近 24 小时、批次以及接下来的安排。运行显示为灰色；有颜色表示需要有人查看。下方是最近 24 小时的负荷以及到明天结束的预期。点击卡片查看设备及其全部测点，再点测点查看趋势；按 Esc 键返回。</translation>
    </message>
    <message>
        <source>expected, with its 80 % band</source>
        <translation>预测及 80 % 区间</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>no plan in force</source>
        <translation>无执行中的方案</translation>
    </message>
    <message>
        <source>nothing measured today</source>
        <translation>今日尚无测量数据</translation>
    </message>
    <message>
        <source>plan {id} {state}: saves {saving:,.0f} {currency} ({rate:+.1f} % vs. baseline)</source>
        <translation>方案 {id} {state}：节省 {saving:,.0f} {currency}（较基准 {rate:+.1f} %）</translation>
    </message>
    <message>
        <source>planned: the plan&apos;s batches</source>
        <translation>计划：方案中的批次</translation>
    </message>
    <message>
        <source>the last 24 hours</source>
        <translation>近 24 小时</translation>
    </message>
    <message>
        <source>today {energy:,.0f} kWh</source>
        <translation>今日 {energy:,.0f} kWh</translation>
    </message>
    <message>
        <source>{cost:,.0f} {currency}</source>
        <translation>{cost:,.0f} {currency}</translation>
    </message>
    <message>
        <source>{mean:.3f} {currency}/kWh</source>
        <translation>{mean:.3f} {currency}/kWh</translation>
    </message>
</context>
<context>
    <name>PeopleStep</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>The administrator adds further people later. A plan needs two: an operator who proposes it and a supervisor who signs it. The engineer changes the plant. A password has at least 8 characters and cannot be recovered.</source>
        <translation>管理员以后可再添加人员。一个方案需要两人：提交方案的操作员和签署方案的主管。工程师更改工厂。密码至少 8 个字符，且无法找回。</translation>
    </message>
    <message>
        <source>This data folder has its people already; they stay as they are.</source>
        <translation>此数据文件夹已有人员；保持不变。</translation>
    </message>
    <message>
        <source>can wait</source>
        <translation>可稍后</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>必需</translation>
    </message>
    <message>
        <source>{who}: the two passwords differ; type them again.</source>
        <translation>{who}：两次密码不同，请重新输入。</translation>
    </message>
</context>
<context>
    <name>PlanComparison</name>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Before → after</source>
        <translation>原 → 新</translation>
    </message>
    <message>
        <source>Cheaper, but for a limit</source>
        <translation>更便宜但受限</translation>
    </message>
    <message>
        <source>Cost by band</source>
        <translation>分时段成本</translation>
    </message>
    <message>
        <source>Limits that bind</source>
        <translation>起作用的限制</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Next best</source>
        <translation>次优</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Saves, {currency}</source>
        <translation>节省，{currency}</translation>
    </message>
    <message>
        <source>Starts before → after</source>
        <translation>启动时间 原 → 新</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>habit</source>
        <translation>惯例</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>方案</translation>
    </message>
</context>
<context>
    <name>PlanFigures</name>
    <message>
        <source>Carbon before → after</source>
        <translation>碳排放 原 → 新</translation>
    </message>
    <message>
        <source>Cost after</source>
        <translation>新成本</translation>
    </message>
    <message>
        <source>Cost before</source>
        <translation>原成本</translation>
    </message>
    <message>
        <source>Gap to the bound</source>
        <translation>与下界差距</translation>
    </message>
    <message>
        <source>Night work before → after</source>
        <translation>夜班工时 原 → 新</translation>
    </message>
    <message>
        <source>Peak before → after</source>
        <translation>峰值 原 → 新</translation>
    </message>
    <message>
        <source>Proven bound</source>
        <translation>已证下界</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>节省</translation>
    </message>
    <message>
        <source>{before} → {after} h</source>
        <translation>{before} → {after} 小时</translation>
    </message>
    <message>
        <source>{before} → {after} kg</source>
        <translation>{before} → {after} kg</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>Batch … enters what production asks for: which machine, not before when, done by when, how long. Search looks for the cheapest minutes for every batch that has not begun. The bound is proven: no plan can cost less. Drag a block to see at once what it costs elsewhere. Propose signs the plan as you; a supervisor approves it.</source>
        <translation>“批次…”录入生产要求的批次：哪台设备、最早何时开始、最迟何时完成、运行多久。“搜索”为每个尚未开始的批次寻找最便宜的时段。下界已经证明：任何方案的成本都不会更低。拖动色块可立即看到移动后的成本。“提交”以您的身份签名，由主管批准。</translation>
    </message>
    <message>
        <source>In force and verified</source>
        <translation>执行与核验</translation>
    </message>
    <message>
        <source>New plan</source>
        <translation>新方案</translation>
    </message>
    <message>
        <source>Plan {id}, {state}</source>
        <translation>方案 {id}，{state}</translation>
    </message>
</context>
<context>
    <name>PlanReality</name>
    <message>
        <source>Beside their own band: {machines}.</source>
        <translation>超出各自预测范围：{machines}。</translation>
    </message>
    <message>
        <source>Plan &amp;again from now</source>
        <translation>从现在起重新编制(&amp;A)</translation>
    </message>
    <message>
        <source>Plan {id} was stopped; reality no longer follows it.</source>
        <translation>方案 {id} 已停止，现场不再按其执行。</translation>
    </message>
    <message>
        <source>Reality and plan {id} go together.</source>
        <translation>实际情况与方案 {id} 一致。</translation>
    </message>
    <message>
        <source>Searches from what the machines are doing now; it changes nothing in the plant.</source>
        <translation>根据设备当前状态搜索；不改变工厂中的任何东西。</translation>
    </message>
    <message>
        <source>What a plan counts on is said when it comes into force.</source>
        <translation>方案的预期在其生效时给出。</translation>
    </message>
    <message>
        <source>What the plan counted on, and what was measured</source>
        <translation>方案的预期与实测</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>said when the plan came into force, with its 80 % band</source>
        <translation>方案生效时的预测及其 80 % 范围</translation>
    </message>
</context>
<context>
    <name>PlanVersus</name>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Both plans are for the same batches from the same moment.</source>
        <translation>两个方案针对相同的批次和起始时刻。</translation>
    </message>
    <message>
        <source>Carbon, kg</source>
        <translation>碳排放，kg</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>对比对象</translation>
    </message>
    <message>
        <source>Cost without it, {currency}</source>
        <translation>无方案成本，{currency}</translation>
    </message>
    <message>
        <source>Cost, {currency}</source>
        <translation>成本，{currency}</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Gap to the bound</source>
        <translation>与下界的差距</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Night work, h</source>
        <translation>夜班工时，小时</translation>
    </message>
    <message>
        <source>Other minus this</source>
        <translation>另一方案 − 本方案</translation>
    </message>
    <message>
        <source>Peak, kW</source>
        <translation>峰值，kW</translation>
    </message>
    <message>
        <source>Plan {id}, {state}, proposed {when}</source>
        <translation>方案 {id}，{state}，提交于 {when}</translation>
    </message>
    <message>
        <source>Saves, {currency}</source>
        <translation>节省，{currency}</translation>
    </message>
    <message>
        <source>The other</source>
        <translation>另一方案</translation>
    </message>
    <message>
        <source>The plans are for different batches or times: their sums are not of the same work.</source>
        <translation>两个方案的批次或时间不同：其合计并非同一工作量。</translation>
    </message>
    <message>
        <source>This plan</source>
        <translation>本方案</translation>
    </message>
    <message>
        <source>no other plan</source>
        <translation>没有其他方案</translation>
    </message>
</context>
<context>
    <name>PlantBanner</name>
    <message>
        <source>Show the changed plant</source>
        <translation>显示更改后的工厂</translation>
    </message>
    <message>
        <source>The plant was changed. This desk still shows it as it was; pages begin anew with the changed one, and what is not applied or proposed yet is given up.</source>
        <translation>工厂已更改。本操作台仍显示更改前的工厂；显示更改后的工厂时各页面重新开始，尚未应用或提交的内容将被放弃。</translation>
    </message>
</context>
<context>
    <name>PlantPage</name>
    <message>
        <source>Add …</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Apply …</source>
        <translation>应用…</translation>
    </message>
    <message>
        <source>As in {file}.</source>
        <translation>与 {file} 一致。</translation>
    </message>
    <message>
        <source>Asks for a new one; it waits until all is applied.</source>
        <translation>录入新的一项；待全部应用时生效。</translation>
    </message>
    <message>
        <source>Asks on a port, reading only, which meters hang on it.</source>
        <translation>在端口上只读询问接了哪些电表。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Find meters …</source>
        <translation>查找电表…</translation>
    </message>
    <message>
        <source>Forgets the changes that wait.</source>
        <translation>放弃所有待应用的更改。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Nothing is added here; lines, meters, machines and a PLC are.</source>
        <translation>此处不能添加；可添加线路、电表、设备和 PLC。</translation>
    </message>
    <message>
        <source>Only an engineer changes the plant; sign in as one.</source>
        <translation>只有工程师可以更改工厂；请以工程师身份登录。</translation>
    </message>
    <message>
        <source>Part of the plant</source>
        <translation>工厂的部分</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Select a line, a meter or a machine first.</source>
        <translation>请先选择一条线路、一块电表或一台设备。</translation>
    </message>
    <message>
        <source>Shows all changes that wait, then has the station write them; there must be some.</source>
        <translation>先显示所有待应用的更改，再由控制站写入；须有待应用的更改。</translation>
    </message>
    <message>
        <source>Takes out what is selected once all is applied; its history stays.</source>
        <translation>全部应用时移除所选项；其历史数据保留。</translation>
    </message>
    <message>
        <source>The plant as its file describes it. An engineer changes values by double click or typing, adds and removes lines, meters and machines, and finds meters by asking on a line: all of it waits, marked, until it is applied together after one confirmation. The station checks the whole plant, refuses what does not fit with the sentence why, writes the file, notes it in the audit and goes on with the new plant. A value that was changed outside meanwhile is marked and never overwritten.</source>
        <translation>工厂文件所描述的工厂。工程师可双击或键入来更改数值，添加和移除线路、电表与设备，并在线路上询问以查找电表：所有更改都带标记地等待，经一次确认后一并应用。控制站检查整个工厂，不相符的予以拒绝并说明原因；随后写入文件、记入审计，并以新的工厂继续运行。其间在外部被改动的数值会被标出，绝不覆盖。</translation>
    </message>
    <message>
        <source>The plant is changed; the station begins anew with it, then this desk can show it.</source>
        <translation>工厂已更改；控制站正以其重新开始，随后本操作台即可显示。</translation>
    </message>
    <message>
        <source>The station is writing the changes …</source>
        <translation>控制站正在写入更改…</translation>
    </message>
    <message>
        <source>Values of the plant</source>
        <translation>工厂的数值</translation>
    </message>
    <message>
        <source>{count:change waits|changes wait}, and {count:=does not fit|do not fit together} yet: {fault}</source>
        <translation>{count} 项更改在等待，尚不相符：{fault}</translation>
    </message>
    <message>
        <source>{count:change waits|changes wait}; nothing is written until you apply {count:=it|them}.</source>
        <translation>{count} 项更改待应用；应用之前不会写入。</translation>
    </message>
    <message>
        <source>◆ Changed outside meanwhile: {names}. Type it again, or discard.</source>
        <translation>◆ 期间在外部被更改：{names}。请重新输入，或放弃。</translation>
    </message>
</context>
<context>
    <name>PlantStep</name>
    <message>
        <source>Add a machine</source>
        <translation>添加设备</translation>
    </message>
    <message>
        <source>Add at least one machine.</source>
        <translation>请至少添加一台设备。</translation>
    </message>
    <message>
        <source>Adds one like the last.</source>
        <translation>添加一台与最后一台相同的设备。</translation>
    </message>
    <message>
        <source>Ball mills</source>
        <translation>球磨机</translation>
    </message>
    <message>
        <source>Choose the plant&apos;s time zone from the list.</source>
        <translation>请从列表中选择工厂所在时区。</translation>
    </message>
    <message>
        <source>Five steps make a control room. Nothing is written before the last one, and all of it can be changed later.</source>
        <translation>五步建立控制室。最后一步之前不写入任何内容，以后都可更改。</translation>
    </message>
    <message>
        <source>Furnace</source>
        <translation>熔炉</translation>
    </message>
    <message>
        <source>Give the plant a name.</source>
        <translation>请为工厂命名。</translation>
    </message>
    <message>
        <source>Give the shop-floor a name.</source>
        <translation>请为车间命名。</translation>
    </message>
    <message>
        <source>Hall</source>
        <translation>车间</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Melting furnaces</source>
        <translation>熔炼炉</translation>
    </message>
    <message>
        <source>Melting shop</source>
        <translation>熔炼车间</translation>
    </message>
    <message>
        <source>Mill</source>
        <translation>球磨机</translation>
    </message>
    <message>
        <source>Mill shop-floor</source>
        <translation>球磨车间</translation>
    </message>
    <message>
        <source>My own plant, beginning with a template</source>
        <translation>我自己的工厂，从模板开始</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>One machine</source>
        <translation>一台设备</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Shop-floor</source>
        <translation>车间</translation>
    </message>
    <message>
        <source>Takes the selected machine out.</source>
        <translation>移除所选设备。</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>The example has its own.</source>
        <translation>示例已自带。</translation>
    </message>
    <message>
        <source>The example: six ball mills, simulated; nothing is connected</source>
        <translation>示例：六台模拟的球磨机；无需连接任何设备</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>What your plant begins with; all of it can be changed later.</source>
        <translation>工厂的起始内容；以后都可更改。</translation>
    </message>
    <message>
        <source>What your plant is called</source>
        <translation>工厂的名称</translation>
    </message>
    <message>
        <source>{machine}: running kW must be above standby kW and at most rated kW.</source>
        <translation>{machine}：运行 kW 须大于待机 kW 且不超过额定 kW。</translation>
    </message>
    <message>
        <source>{machine}: {what} must be a number.</source>
        <translation>{machine}：{what}必须是数字。</translation>
    </message>
</context>
<context>
    <name>PlantTable</name>
    <message>
        <source>The file says nothing; this is taken.</source>
        <translation>文件未写明，采用此值。</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>waits to be added</source>
        <translation>等待添加</translation>
    </message>
    <message>
        <source>waits to be taken out</source>
        <translation>等待移除</translation>
    </message>
    <message>
        <source>waits: {old} → {new}; the file says {now}</source>
        <translation>等待：{old} → {new}；文件为 {now}</translation>
    </message>
</context>
<context>
    <name>Reader</name>
    <message>
        <source>This could not be read; the log says why.</source>
        <translation>读取失败，原因见日志。</translation>
    </message>
</context>
<context>
    <name>ReasonDialog</name>
    <message>
        <source>A reason is needed; say in a few words why.</source>
        <translation>必须填写理由，请简要说明。</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>ReplayBar</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>This is a recording, not the plant as it is now. Nothing can be changed here.</source>
        <translation>这是录制的数据，不是工厂现在的状态。此处不能更改任何内容。</translation>
    </message>
    <message>
        <source>Where in the recording</source>
        <translation>录制中的位置</translation>
    </message>
    <message>
        <source>{now}, recorded; from {start} to {end}. Nothing here is live.</source>
        <translation>{now}（录制）；从 {start} 到 {end}。此处没有实时数据。</translation>
    </message>
</context>
<context>
    <name>SavedLayouts</name>
    <message>
        <source>Save the layout</source>
        <translation>保存布局</translation>
    </message>
    <message>
        <source>The layout “{name}” is locked; unlock it first, or save under another name.</source>
        <translation>布局“{name}”已锁定；请先解锁，或以其他名称保存。</translation>
    </message>
    <message>
        <source>Under which name?</source>
        <translation>名称？</translation>
    </message>
</context>
<context>
    <name>SearchTab</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>&amp;Propose</source>
        <translation>提交(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>搜索(&amp;S)</translation>
    </message>
    <message>
        <source>A note for the supervisor</source>
        <translation>给主管的备注</translation>
    </message>
    <message>
        <source>Convergence</source>
        <translation>收敛</translation>
    </message>
    <message>
        <source>Cost by band</source>
        <translation>分时段成本</translation>
    </message>
    <message>
        <source>Ends a search under way and keeps the best plan so far.</source>
        <translation>结束正在进行的搜索，保留目前最好的方案。</translation>
    </message>
    <message>
        <source>Here the batches will stand as the crew would run them.</source>
        <translation>此处将显示各批次按班组惯例的运行时段。</translation>
    </message>
    <message>
        <source>Here the plan will put them; blocks can then be dragged.</source>
        <translation>此处将显示方案安排的时段，随后可拖动色块调整。</translation>
    </message>
    <message>
        <source>Limits that bind</source>
        <translation>起作用的限制</translation>
    </message>
    <message>
        <source>Longest search, seconds</source>
        <translation>最长搜索时间（秒）</translation>
    </message>
    <message>
        <source>Method of the search</source>
        <translation>搜索方法</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>No plan was searched yet. Enter what production asks for (Batch …), then press Search: it takes a few seconds and changes nothing in the plant.</source>
        <translation>尚未搜索方案。请先录入生产任务（批次…），再点击“搜索”：仅需几秒，不影响现场设备。</translation>
    </message>
    <message>
        <source>No plan was searched yet. Press Search: it takes a few seconds and changes nothing in the plant.</source>
        <translation>尚未搜索方案。点击“搜索”：仅需几秒，不影响现场设备。</translation>
    </message>
    <message>
        <source>No plan was searched yet. Sign in as an operator to search one.</source>
        <translation>尚未搜索方案。请以操作员身份登录后搜索。</translation>
    </message>
    <message>
        <source>No plan, because: {why}</source>
        <translation>无方案，原因：{why}</translation>
    </message>
    <message>
        <source>Reading batches and the twin …</source>
        <translation>正在读取批次和孪生模型…</translation>
    </message>
    <message>
        <source>S&amp;top and keep the best</source>
        <translation>停止并保留最优(&amp;T)</translation>
    </message>
    <message>
        <source>Searches a cheaper plan; it changes nothing in the plant.</source>
        <translation>搜索更省钱的方案；不会改变工厂中的任何东西。</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>Searching … iteration {iteration}, {gap:.2%} above the bound</source>
        <translation>正在搜索… 第 {iteration} 次迭代，高于下界 {gap:.2%}</translation>
    </message>
    <message>
        <source>Signs the plan that was found and hands it to a supervisor; one without a broken limit.</source>
        <translation>签署找到的方案并提交主管；方案不得违反任何限制。</translation>
    </message>
    <message>
        <source>The plan is proposed; a supervisor decides on the Approvals page.</source>
        <translation>方案已提交，由主管在“审批”页审批。</translation>
    </message>
    <message>
        <source>The solver warms up …</source>
        <translation>求解器预热中…</translation>
    </message>
    <message>
        <source>The station is looking at the proposal …</source>
        <translation>控制站正在审查方案…</translation>
    </message>
    <message>
        <source>after</source>
        <translation>新</translation>
    </message>
    <message>
        <source>before</source>
        <translation>原</translation>
    </message>
    <message>
        <source>cost, {currency}</source>
        <translation>成本，{currency}</translation>
    </message>
    <message>
        <source>proven bound</source>
        <translation>已证下界</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>swarm as published</source>
        <translation>粒子群（论文原法）</translation>
    </message>
    <message>
        <source>swarm, polished</source>
        <translation>粒子群（精修）</translation>
    </message>
    <message>
        <source>{machine} from {start}.</source>
        <translation>{machine}从 {start} 开始。</translation>
    </message>
</context>
<context>
    <name>ShelveDialog</name>
    <message>
        <source>A reason is needed; say in a few words why.</source>
        <translation>必须填写理由，请简要说明。</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>For</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>Shelve an alarm</source>
        <translation>搁置报警</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Checking …</source>
        <translation>正在验证…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Name or password is wrong.</source>
        <translation>姓名或密码错误。</translation>
    </message>
    <message>
        <source>Name or password is wrong; try again in {seconds} s.</source>
        <translation>姓名或密码错误，请在 {seconds} 秒后重试。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>This is a demonstration; sign in as one of its people:</source>
        <translation>这是演示，请以其中一人登录：</translation>
    </message>
    <message>
        <source>{name} · {role} · {password}</source>
        <translation>{name} · {role} · {password}</translation>
    </message>
</context>
<context>
    <name>SigningPanel</name>
    <message>
        <source>A reason is needed; say in a few words why.</source>
        <translation>必须填写理由，请简要说明。</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>正在验证…</translation>
    </message>
    <message>
        <source>Choose a plan to decide on it.</source>
        <translation>选择一个方案进行审批。</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>One moment: the password is being checked, or was wrong just now.</source>
        <translation>请稍候：正在核对密码，或刚才密码有误。</translation>
    </message>
    <message>
        <source>Password, as the signature</source>
        <translation>密码（作为签名）</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Reason of the decision</source>
        <translation>审批理由</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>驳回</translation>
    </message>
    <message>
        <source>Signed; the station checks it …</source>
        <translation>已签名，控制站正在核对…</translation>
    </message>
    <message>
        <source>The password is needed: it signs the decision.</source>
        <translation>需要密码：密码即审批签名。</translation>
    </message>
    <message>
        <source>Your password again: it signs the decision</source>
        <translation>再次输入密码，作为审批签名</translation>
    </message>
    <message>
        <source>in a few words, for the record</source>
        <translation>简要说明，将存档</translation>
    </message>
    <message>
        <source>in this demonstration: {password}</source>
        <translation>本演示的密码：{password}</translation>
    </message>
</context>
<context>
    <name>SoundButton</name>
    <message>
        <source>Alarms sound by their priority until they are acknowledged; a new one of priority 1 ends muting.</source>
        <translation>报警按优先级发声，直到被确认；新的优先级 1 报警会结束静音。</translation>
    </message>
    <message>
        <source>Mute for {time}</source>
        <translation>静音 {time}</translation>
    </message>
    <message>
        <source>Sound again</source>
        <translation>恢复声音</translation>
    </message>
    <message>
        <source>Sound on</source>
        <translation>声音开启</translation>
    </message>
    <message>
        <source>This machine has no sound device, or no program that plays: alarms are only seen here. Connect a loudspeaker and start the desk again.</source>
        <translation>本机没有声音设备，或没有可播放的程序：此处的报警只能看到。请连接扬声器并重新启动操作台。</translation>
    </message>
    <message>
        <source>Try the sound</source>
        <translation>试听声音</translation>
    </message>
    <message>
        <source>✕ Muted, {time} left</source>
        <translation>✕ 已静音，剩余 {time}</translation>
    </message>
    <message>
        <source>✕ No sound here</source>
        <translation>✕ 本机无声音</translation>
    </message>
</context>
<context>
    <name>TariffStep</name>
    <message>
        <source>A file of my own …</source>
        <translation>自己的文件…</translation>
    </message>
    <message>
        <source>A tariff file</source>
        <translation>电价文件</translation>
    </message>
    <message>
        <source>Supply, kW</source>
        <translation>供电容量 kW</translation>
    </message>
    <message>
        <source>Tariff</source>
        <translation>电价</translation>
    </message>
    <message>
        <source>The supply must be a number of kW, or left empty.</source>
        <translation>供电容量须为 kW 数，或留空。</translation>
    </message>
    <message>
        <source>The tariff says what a kilowatt-hour costs at which hour; plans move load out of its dear hours. Choose one, or a file of your own; check it against your last bill.</source>
        <translation>电价规定每千瓦时在各时段的价格；方案把负荷移出高价时段。请选择一个电价，或自己的文件；并与最近的电费单核对。</translation>
    </message>
    <message>
        <source>Today, {currency} per kWh:</source>
        <translation>今日，{currency}/kWh：</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>可选</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>Back</source>
        <translation>往前</translation>
    </message>
    <message>
        <source>Follow the present.</source>
        <translation>跟随当前时间。</translation>
    </message>
    <message>
        <source>Follow the recording as it plays.</source>
        <translation>跟随录制的播放位置。</translation>
    </message>
    <message>
        <source>Forth</source>
        <translation>往后</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>时间跨度</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>With the tape</source>
        <translation>随录制</translation>
    </message>
    <message>
        <source>own span</source>
        <translation>自定范围</translation>
    </message>
</context>
<context>
    <name>TrendBar</name>
    <message>
        <source>Back by half of what is seen</source>
        <translation>后退半屏</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV 文件</translation>
    </message>
    <message>
        <source>Cursors</source>
        <translation>游标</translation>
    </message>
    <message>
        <source>Excel file</source>
        <translation>Excel 文件</translation>
    </message>
    <message>
        <source>Export ▾</source>
        <translation>导出 ▾</translation>
    </message>
    <message>
        <source>Forget the layout</source>
        <translation>删除布局</translation>
    </message>
    <message>
        <source>Forth by half of what is seen</source>
        <translation>前进半屏</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>时间跨度</translation>
    </message>
    <message>
        <source>Keep ▾</source>
        <translation>保存 ▾</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Layout …</source>
        <translation>布局…</translation>
    </message>
    <message>
        <source>Lock the layout</source>
        <translation>锁定布局</translation>
    </message>
    <message>
        <source>Note …</source>
        <translation>备注…</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 图片</translation>
    </message>
    <message>
        <source>Pin a note to the moment of the first cursor, or to now.</source>
        <translation>在第一个游标的时刻（或当前时刻）添加备注。</translation>
    </message>
    <message>
        <source>Save the layout …</source>
        <translation>保存布局…</translation>
    </message>
    <message>
        <source>Save what is drawn as a layout; lock it, so that it stays as it is.</source>
        <translation>将所绘曲线保存为布局；可锁定布局以保持不变。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>own span</source>
        <translation>自定范围</translation>
    </message>
</context>
<context>
    <name>TrendFiles</name>
    <message>
        <source>A sheet of Excel cannot hold so much; show less time, or choose CSV.</source>
        <translation>Excel 单表容纳不下；请缩短时段或选择 CSV。</translation>
    </message>
    <message>
        <source>Export what is seen</source>
        <translation>导出当前显示</translation>
    </message>
    <message>
        <source>Exported to {path}.</source>
        <translation>已导出到 {path}。</translation>
    </message>
    <message>
        <source>{path} cannot be written; choose another place.</source>
        <translation>{path} 无法写入，请另选位置。</translation>
    </message>
</context>
<context>
    <name>TrendNotes</name>
    <message>
        <source>Pin a note</source>
        <translation>添加备注</translation>
    </message>
    <message>
        <source>What is to be known about {moment}?</source>
        <translation>关于 {moment}，应记录什么？</translation>
    </message>
</context>
<context>
    <name>TrendReadout</name>
    <message>
        <source>Cost, {currency}</source>
        <translation>电费，{currency}</translation>
    </message>
    <message>
        <source>Covered</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Energy, kWh</source>
        <translation>电量，kWh</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>{covered}, means</source>
        <translation>{covered}，均值</translation>
    </message>
    <message>
        <source>{quality}; before {moment} means over some minutes</source>
        <translation>{quality}；{moment} 之前为数分钟均值</translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message>
        <source>Any points over any time. Tick points on the left or drag them onto the curves; type to filter. Drag the curves to go back in time, turn the wheel for more or less of it; Live follows the present. Two cursors show what lies between them; energy comes from the meters&apos; counters, its cost from the tariff. Gaps stay gaps; hatched stretches are uncertain; the table says where values are means. Curves draws what was foretold (dashed) and planned (outlined) beside what was measured, and any point as stairs. A note stays pinned to its moment for everybody. A locked layout stays as it is.</source>
        <translation>任意测点、任意时间。在左侧勾选测点或将其拖到曲线上；输入文字可筛选。拖动曲线回看历史，滚动滚轮缩放时间；“实时”跟随当前时刻。两个游标显示其间的数值；电量来自电表的计数，费用按电价计算。缺测保持空缺；阴影线表示数据可疑；表中注明哪些值为均值。“曲线”可在实测旁绘制预测（虚线）和计划（轮廓），也可将任一测点绘为阶梯。备注固定在其时刻，所有人可见。锁定的布局保持不变。</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Filter points …</source>
        <translation>筛选测点…</translation>
    </message>
    <message>
        <source>No meter has been read yet. Points appear here as soon as the station has its first reading.</source>
        <translation>尚未读取任何电表。控制站取得首个读数后，测点即显示于此。</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>测点</translation>
    </message>
</context>
<context>
    <name>TwinPage</name>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Findings ({count})</source>
        <translation>发现（{count}）</translation>
    </message>
    <message>
        <source>Hours and starts</source>
        <translation>小时与启停</translation>
    </message>
    <message>
        <source>Machine of the tab</source>
        <translation>本页所选设备</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Twin of {machine}</source>
        <translation>{machine}的孪生</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>假设</translation>
    </message>
    <message>
        <source>What the twin believes of each machine and how well it foretold. Error and coverage are of the forecasts of the last seven days, each judged against what the meter read in the six hours after it; about eighty of a hundred moments should lie in the band. Choose a row to see what was said a day ago beside what came, or the error of each day over half a year. A finding is said once, with its evidence, and stands until somebody looks into it. On the other tabs: the batches and what operators write of them, hours and starts by day, shift and tariff period, a what-if that runs beside reality, and what was learned night by night.</source>
        <translation>孪生对每台设备的判断及其预测的准确程度。误差和覆盖率取自最近七天的预测，每次都与其后六小时的电表读数比较；百分之八十左右的时刻应落在范围内。选择一行可查看一天前的预测与实际，或半年内每天的误差。每项发现只提示一次并附证据，直到有人查看。其他标签：批次及操作员记录，按日、班次和电价时段的小时数与启停，与实际并行的假设，以及每夜所学内容。</translation>
    </message>
    <message>
        <source>What was learned</source>
        <translation>学习结果</translation>
    </message>
</context>
<context>
    <name>WhatIfTab</name>
    <message>
        <source>&amp;Run it beside reality</source>
        <translation>与实际并行运行(&amp;R)</translation>
    </message>
    <message>
        <source>A copy of the plant in which one thing is different runs on beside reality: it changes nothing in the plant. All other machines do in it what they really do.</source>
        <translation>只有一处不同的工厂副本与实际并行运行：不改变工厂中的任何东西。其他设备在副本中与实际一致。</translation>
    </message>
    <message>
        <source>Demand charges, {currency}</source>
        <translation>需量电费，{currency}</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>End it</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Ends the copy that runs, where one does.</source>
        <translation>结束正在运行的副本（若有）。</translation>
    </message>
    <message>
        <source>Energy cost, {currency}</source>
        <translation>电量电费，{currency}</translation>
    </message>
    <message>
        <source>Energy, kWh</source>
        <translation>电量，kWh</translation>
    </message>
    <message>
        <source>Highest mean of a quarter of an hour, kW</source>
        <translation>最大需量（15 分钟平均），kW</translation>
    </message>
    <message>
        <source>Reality</source>
        <translation>实际</translation>
    </message>
    <message>
        <source>Start this machine&apos;s next batch at</source>
        <translation>本设备下一批次开始于</translation>
    </message>
    <message>
        <source>The load in reality and in the copy</source>
        <translation>实际与副本的负荷</translation>
    </message>
    <message>
        <source>The machine to be as good as</source>
        <translation>作为标杆的设备</translation>
    </message>
    <message>
        <source>The machine&apos;s last batch ends</source>
        <translation>本设备最后批次结束</translation>
    </message>
    <message>
        <source>The next time that the clock of the plant says so, like 22:00.</source>
        <translation>工厂时钟下一次到该时刻，例如 22:00。</translation>
    </message>
    <message>
        <source>The time must be like 22:00, not “{text}”.</source>
        <translation>时间须形如 22:00，而不是“{text}”。</translation>
    </message>
    <message>
        <source>This machine as good as</source>
        <translation>本设备达到其水平：</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>假设</translation>
    </message>
    <message>
        <source>What is changed in the copy</source>
        <translation>副本中的改变</translation>
    </message>
    <message>
        <source>When, hour:minute</source>
        <translation>何时，时:分</translation>
    </message>
    <message>
        <source>reality: measured so far, then expected</source>
        <translation>实际：至今实测，此后预测</translation>
    </message>
    <message>
        <source>the copy</source>
        <translation>副本</translation>
    </message>
    <message>
        <source>{machine} is as good as {other}</source>
        <translation>{machine} 达到 {other} 的水平</translation>
    </message>
    <message>
        <source>{machine} starts at {time}</source>
        <translation>{machine} 于 {time} 开始</translation>
    </message>
    <message>
        <source>{title}; beside reality since {since}, to the end of tomorrow.</source>
        <translation>{title}；自 {since} 起与实际并行，至明日结束。</translation>
    </message>
</context>
<context>
    <name>currencies</name>
    <message>
        <source>CNY</source>
        <translation>元</translation>
    </message>
    <message>
        <source>EUR</source>
        <translation>欧元</translation>
    </message>
    <message>
        <source>USD</source>
        <translation>美元</translation>
    </message>
</context>
<context>
    <name>diagnosis</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Control code</source>
        <translation>控制码</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Free on the disk</source>
        <translation>磁盘剩余</translation>
    </message>
    <message>
        <source>Its journal</source>
        <translation>数据库日志</translation>
    </message>
    <message>
        <source>Plant file</source>
        <translation>工厂文件</translation>
    </message>
    <message>
        <source>Plant time runs at</source>
        <translation>工厂时间倍速</translation>
    </message>
    <message>
        <source>Points that were read</source>
        <translation>已读取的测点</translation>
    </message>
    <message>
        <source>Register or identifier</source>
        <translation>寄存器或标识</translation>
    </message>
    <message>
        <source>Station&apos;s last sign of life</source>
        <translation>控制站最近心跳</translation>
    </message>
    <message>
        <source>{age} ago</source>
        <translation>{age}前</translation>
    </message>
</context>
<context>
    <name>doctor</name>
    <message>
        <source>Chinese text has a font.</source>
        <translation>中文字体可用。</translation>
    </message>
    <message>
        <source>Chinese text has no font; install {package}.</source>
        <translation>没有中文字体；请安装 {package}。</translation>
    </message>
    <message>
        <source>Chinese text uses the system&apos;s fonts.</source>
        <translation>中文使用系统字体。</translation>
    </message>
    <message>
        <source>Compiled kernels can be kept in {folder}.</source>
        <translation>编译结果可保存在 {folder}。</translation>
    </message>
    <message>
        <source>Python {version} on {system}.</source>
        <translation>Python {version}，系统 {system}。</translation>
    </message>
    <message>
        <source>SQLite {version}; {needed} or newer is needed.</source>
        <translation>SQLite {version}；需要 {needed} 或更新版本。</translation>
    </message>
    <message>
        <source>The data folder {folder} cannot be written; choose another with --data.</source>
        <translation>数据文件夹 {folder} 无法写入；请用 --data 另选。</translation>
    </message>
    <message>
        <source>The data folder {folder} has {free} GB free.</source>
        <translation>数据文件夹 {folder} 剩余 {free} GB。</translation>
    </message>
    <message>
        <source>The program lacks its own files {missing}; install it again.</source>
        <translation>程序缺少自带文件 {missing}；请重新安装。</translation>
    </message>
    <message>
        <source>The program&apos;s profiles, tariffs and example plants are in place.</source>
        <translation>程序自带的型号配置、电价和示例工厂齐备。</translation>
    </message>
    <message>
        <source>The simulated plant can use pseudo-terminals.</source>
        <translation>模拟工厂可使用伪终端。</translation>
    </message>
    <message>
        <source>The window has its libraries and a screen.</source>
        <translation>窗口所需的库和屏幕齐备。</translation>
    </message>
    <message>
        <source>The window lacks these system libraries: {missing}.</source>
        <translation>窗口缺少以下系统库：{missing}。</translation>
    </message>
    <message>
        <source>The window uses the system&apos;s own screen.</source>
        <translation>窗口使用系统自带的显示。</translation>
    </message>
    <message>
        <source>There are no pseudo-terminals here; the simulated plant answers RTU over TCP.</source>
        <translation>此处没有伪终端；模拟工厂以 TCP 上的 RTU 应答。</translation>
    </message>
    <message>
        <source>There is no screen here; the demo runs headless and pictures are drawn offscreen.</source>
        <translation>此处没有屏幕；演示以无界面方式运行，图片在后台绘制。</translation>
    </message>
    <message>
        <source>{folder} cannot be written.</source>
        <translation>{folder} 无法写入。</translation>
    </message>
</context>
<context>
    <name>energy</name>
    <message>
        <source>% of all</source>
        <translation>占比 %</translation>
    </message>
    <message>
        <source>* was not read all the time; nothing is added for what is missing.</source>
        <translation>* 未能全程读取；缺失部分不作补充。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Baseline: {first} to {last}. Saved: what these batches would have taken as in the baseline, less what they took, by the tonne where they were weighed; ± is an 80 % band, from three batches on.</source>
        <translation>基准期：{first} 至 {last}。节省量：按基准这些批次应耗电量减去实际耗电量，有称重的按吨计；± 为 80 % 区间，自三批起给出。</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Difference kWh</source>
        <translation>差额 kWh</translation>
    </message>
    <message>
        <source>Difference {currency}</source>
        <translation>差额 {currency}</translation>
    </message>
    <message>
        <source>From</source>
        <translation>自</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月份</translation>
    </message>
    <message>
        <source>No batch ended complete on these days.</source>
        <translation>这些天没有完整结束的批次。</translation>
    </message>
    <message>
        <source>No plan that ended on these days has been verified; a plan is, once it is over.</source>
        <translation>这些天结束的方案均未核验；方案结束后即行核验。</translation>
    </message>
    <message>
        <source>Nobody has written a recipe of a batch that ended on these days; the Twin page takes it.</source>
        <translation>这些天结束的批次均未填写配方；可在孪生页填写。</translation>
    </message>
    <message>
        <source>Nothing was read on these dates a year before.</source>
        <translation>上年同期没有读数。</translation>
    </message>
    <message>
        <source>Nothing was read on these days. Go back with ◀, or choose a longer time.</source>
        <translation>这些天没有读数。请按 ◀ 往前，或选择更长的时段。</translation>
    </message>
    <message>
        <source>Paid, {currency}</source>
        <translation>实付，{currency}</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Production line</source>
        <translation>产线</translation>
    </message>
    <message>
        <source>Promised</source>
        <translation>预计节省</translation>
    </message>
    <message>
        <source>Read %</source>
        <translation>已读 %</translation>
    </message>
    <message>
        <source>Read % a year before</source>
        <translation>上年已读 %</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>节省</translation>
    </message>
    <message>
        <source>Saved kWh</source>
        <translation>节省 kWh</translation>
    </message>
    <message>
        <source>Saved: the metered kWh at the prices of the approved baseline, less what was paid; at least and at most are an 80 % band.</source>
        <translation>节省：实测电量按批准基准时段的电价计费，减去实付；至少与至多为 80 % 区间。</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Shifts are summed up over at most {days} days; choose a shorter time.</source>
        <translation>班次统计最多 {days} 天；请缩短时间范围。</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Tariff period</source>
        <translation>电价时段</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>The plant has no baseline yet; an engineer sets its first and last day on the Plant page.</source>
        <translation>工厂尚无基准期；请工程师在工厂页设置其首日与末日。</translation>
    </message>
    <message>
        <source>The plant has no roster yet; an engineer writes on the Plant page which team works when.</source>
        <translation>工厂尚无轮班表；请工程师在工厂页填写各班组的上班安排。</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Tonnes</source>
        <translation>吨数</translation>
    </message>
    <message>
        <source>Weighed</source>
        <translation>已称重批次</translation>
    </message>
    <message>
        <source>Where less than {share} % of the time was read in one of the years, no difference is told.</source>
        <translation>任一年读取时间不足 {share} % 的，不给出差额。</translation>
    </message>
    <message>
        <source>Whole days are compared, and none of these is over; go back with ◀.</source>
        <translation>只比较整日，而这些天都尚未结束；请按 ◀ 往前。</translation>
    </message>
    <message>
        <source>Without it</source>
        <translation>若无方案</translation>
    </message>
    <message>
        <source>a year before</source>
        <translation>上年同期</translation>
    </message>
    <message>
        <source>at least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>至多</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基准</translation>
    </message>
    <message>
        <source>in the baseline</source>
        <translation>基准期批次</translation>
    </message>
    <message>
        <source>kWh a batch</source>
        <translation>kWh/批</translation>
    </message>
    <message>
        <source>kWh a running hour</source>
        <translation>kWh/运行小时</translation>
    </message>
    <message>
        <source>kWh a tonne</source>
        <translation>kWh/吨</translation>
    </message>
    <message>
        <source>kWh a year before</source>
        <translation>上年 kWh</translation>
    </message>
    <message>
        <source>machines of no line</source>
        <translation>未归产线的设备</translation>
    </message>
    <message>
        <source>no recipe written</source>
        <translation>未填配方</translation>
    </message>
    <message>
        <source>no team by the roster</source>
        <translation>轮班表无班组</translation>
    </message>
    <message>
        <source>not metered singly</source>
        <translation>未单独计量</translation>
    </message>
    <message>
        <source>nothing measured</source>
        <translation>无测量数据</translation>
    </message>
    <message>
        <source>now</source>
        <translation>本期</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>实付</translation>
    </message>
    <message>
        <source>plan {id}</source>
        <translation>方案 {id}</translation>
    </message>
    <message>
        <source>without a price</source>
        <translation>无电价</translation>
    </message>
    <message>
        <source>without it</source>
        <translation>若无方案</translation>
    </message>
    <message>
        <source>{currency} a year before</source>
        <translation>上年 {currency}</translation>
    </message>
    <message>
        <source>{currency}/kWh</source>
        <translation>{currency}/kWh</translation>
    </message>
    <message>
        <source>{machine}: {now} kWh a batch, in the baseline {before} kWh</source>
        <translation>{machine}：每批 {now} kWh，基准期为 {before} kWh</translation>
    </message>
    <message>
        <source>{period}: {now} kWh, a year before {before} kWh</source>
        <translation>{period}：{now} kWh，上年同期 {before} kWh</translation>
    </message>
    <message>
        <source>{plan}: {paid} {currency}, without it {baseline} {currency}</source>
        <translation>{plan}：{paid} {currency}，若无方案为 {baseline} {currency}</translation>
    </message>
    <message>
        <source>± kWh</source>
        <translation>± kWh</translation>
    </message>
</context>
<context>
    <name>frames</name>
    <message>
        <source>A CJ/T 188 frame has {least} bytes at least, this has {size}.</source>
        <translation>CJ/T 188 帧至少 {least} 字节，此帧为 {size} 字节。</translation>
    </message>
    <message>
        <source>A DL/T 645 frame has {least} bytes at least, this has {size}.</source>
        <translation>DL/T 645 帧至少 {least} 字节，此帧为 {size} 字节。</translation>
    </message>
    <message>
        <source>A Modbus ASCII frame has 3 bytes at least, this has {size}.</source>
        <translation>Modbus ASCII 帧至少 3 字节，此帧为 {size} 字节。</translation>
    </message>
    <message>
        <source>A Modbus RTU frame has {least} to {most} bytes, this has {size}.</source>
        <translation>Modbus RTU 帧为 {least} 至 {most} 字节，此帧为 {size} 字节。</translation>
    </message>
    <message>
        <source>A record breaks off before the length of its text.</source>
        <translation>数据记录在文本长度之前中断。</translation>
    </message>
    <message>
        <source>A record breaks off in its data information.</source>
        <translation>数据记录在数据信息块中中断。</translation>
    </message>
    <message>
        <source>A record breaks off in its unit&apos;s text.</source>
        <translation>数据记录在单位文本中中断。</translation>
    </message>
    <message>
        <source>A record breaks off in its value information.</source>
        <translation>数据记录在值信息块中中断。</translation>
    </message>
    <message>
        <source>A record breaks off: it needs {told} bytes of data, there are {size}.</source>
        <translation>数据记录中断：需要 {told} 字节数据，只有 {size} 字节。</translation>
    </message>
    <message>
        <source>A record of variable length has the unknown kind {kind:02X}.</source>
        <translation>变长数据记录的类型 {kind:02X} 未知。</translation>
    </message>
    <message>
        <source>A sign-on ends with ! and CR LF.</source>
        <translation>登录请求须以 ! 和 CR LF 结尾。</translation>
    </message>
    <message>
        <source>A status has one byte, this has {size}.</source>
        <translation>状态为 1 字节，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>Address and count are 4 bytes, here are {size}.</source>
        <translation>地址和数量共 4 字节，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>Address and value are 4 bytes, here are {size}.</source>
        <translation>地址和值共 4 字节，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>After the colon there are not only pairs of hexadecimal digits.</source>
        <translation>冒号之后不全是成对的十六进制数字。</translation>
    </message>
    <message>
        <source>An M-Bus frame is E5 alone or begins with 10 or 68.</source>
        <translation>M-Bus 帧为单个 E5，或以 10 或 68 开头。</translation>
    </message>
    <message>
        <source>An error reply has one byte of data, this has {size}.</source>
        <translation>异常应答有 1 字节数据，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>An exception has one byte of code, this has {size}.</source>
        <translation>异常应答有 1 字节代码，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>An identification is / , three letters of the maker, the speed, and the type.</source>
        <translation>标识报文由 /、三个字母的厂商代码、波特率字符和型号组成。</translation>
    </message>
    <message>
        <source>Bytes 1 and 8 must be 68, these are {first:02X} and {last:02X}.</source>
        <translation>第 1 和第 8 字节须为 68，此处为 {first:02X} 和 {last:02X}。</translation>
    </message>
    <message>
        <source>CI {ci:02X} is not decoded; 72 (variable data) is.</source>
        <translation>CI {ci:02X} 不解码；只解码 72（可变数据）。</translation>
    </message>
    <message>
        <source>Function {function} is not one that is decoded here (1 to 7, 15 and 16 are).</source>
        <translation>功能码 {function} 不在解码之列（可解码 1 至 7、15 和 16）。</translation>
    </message>
    <message>
        <source>It asks for {count} values; 1 to {most} are allowed.</source>
        <translation>请求 {count} 个值；允许 1 至 {most} 个。</translation>
    </message>
    <message>
        <source>It begins neither with /, ACK, SOH nor STX as a telegram does.</source>
        <translation>报文须以 /、ACK、SOH 或 STX 开头，此处都不是。</translation>
    </message>
    <message>
        <source>It must begin with 68 and end with 16, not {first:02X} and {last:02X}.</source>
        <translation>须以 68 开头、以 16 结尾，此处为 {first:02X} 和 {last:02X}。</translation>
    </message>
    <message>
        <source>Measured values have {least} bytes, these are {size}.</source>
        <translation>计量数据为 {least} 字节，此处为 {size} 字节。</translation>
    </message>
    <message>
        <source>The CRC is {found}, but that of the other bytes is {expected}.</source>
        <translation>CRC 为 {found}，按其余字节计算应为 {expected}。</translation>
    </message>
    <message>
        <source>The LRC is {found:02X}, but that of the other bytes is {expected:02X}.</source>
        <translation>LRC 为 {found:02X}，按其余字节计算应为 {expected:02X}。</translation>
    </message>
    <message>
        <source>The block check is {found:02X}, but that of the bytes is {expected:02X}.</source>
        <translation>块校验为 {found:02X}，按字节计算应为 {expected:02X}。</translation>
    </message>
    <message>
        <source>The byte before the last must be ETX (03).</source>
        <translation>倒数第二个字节须为 ETX（03）。</translation>
    </message>
    <message>
        <source>The byte count says {told}, but {size} bytes follow for {count} values.</source>
        <translation>字节数为 {told}，其后却有 {size} 字节，对应 {count} 个值。</translation>
    </message>
    <message>
        <source>The byte count says {told}, but {size} bytes follow.</source>
        <translation>字节数为 {told}，其后却有 {size} 字节。</translation>
    </message>
    <message>
        <source>The byte count {told} is odd; registers have two bytes.</source>
        <translation>字节数 {told} 为奇数；每个寄存器为两字节。</translation>
    </message>
    <message>
        <source>The checksum is {found:02X}, but that of the other bytes is {expected:02X}.</source>
        <translation>校验和为 {found:02X}，按其余字节计算应为 {expected:02X}。</translation>
    </message>
    <message>
        <source>The data are encrypted; only plain ones are decoded.</source>
        <translation>数据已加密；只解码明文数据。</translation>
    </message>
    <message>
        <source>The frame should have {told} bytes, this has {size}.</source>
        <translation>此帧应有 {told} 字节，实有 {size} 字节。</translation>
    </message>
    <message>
        <source>The header has {told} bytes, this has {size}.</source>
        <translation>数据头应有 {told} 字节，实有 {size} 字节。</translation>
    </message>
    <message>
        <source>The last byte must be 16, it is {last:02X}.</source>
        <translation>末字节须为 16，此处为 {last:02X}。</translation>
    </message>
    <message>
        <source>The length must be there twice, at least 3, and be followed by 68.</source>
        <translation>长度须重复两次，至少为 3，其后为 68。</translation>
    </message>
    <message>
        <source>The length says {told} bytes of data, but there are {size}.</source>
        <translation>长度为 {told} 字节数据，实有 {size} 字节。</translation>
    </message>
    <message>
        <source>The speed {speed!r} of the identification is none of mode C (0 to 6).</source>
        <translation>标识中的波特率字符 {speed!r} 不属于模式 C（0 至 6）。</translation>
    </message>
    <message>
        <source>The speed {speed!r} or the mode {mode!r} is not one of mode C.</source>
        <translation>波特率字符 {speed!r} 或模式字符 {mode!r} 不属于模式 C。</translation>
    </message>
    <message>
        <source>There are bytes above 7F in it; its characters have seven bits.</source>
        <translation>含有大于 7F 的字节；其字符为七位。</translation>
    </message>
    <message>
        <source>There is no CI field in it.</source>
        <translation>其中没有 CI 字段。</translation>
    </message>
    <message>
        <source>There is no byte in it; write bytes as in &apos;01 04 00 00 00 02 71 CB&apos;.</source>
        <translation>其中没有字节；请按“01 04 00 00 00 02 71 CB”的形式输入。</translation>
    </message>
    <message>
        <source>There is no control code in it.</source>
        <translation>其中没有控制码。</translation>
    </message>
    <message>
        <source>There is no data set such as 1.8.0(000123.4*kWh) in it.</source>
        <translation>其中没有形如 1.8.0(000123.4*kWh) 的数据集。</translation>
    </message>
    <message>
        <source>There is no type and control code in it.</source>
        <translation>其中没有仪表类型和控制码。</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>其中没有内容。</translation>
    </message>
    <message>
        <source>This is a frame of DL/T 645-1997; only the standard of 2007 is read here.</source>
        <translation>这是 DL/T 645-1997 的帧；此处只读 2007 版标准。</translation>
    </message>
    <message>
        <source>acknowledge</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>actuality time</source>
        <translation>更新时间</translation>
    </message>
    <message>
        <source>application too busy</source>
        <translation>应用忙</translation>
    </message>
    <message>
        <source>averaging time</source>
        <translation>平均时间</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>bits asked for</source>
        <translation>请求的位数</translation>
    </message>
    <message>
        <source>bits written</source>
        <translation>写入的位数</translation>
    </message>
    <message>
        <source>buffer too long</source>
        <translation>缓冲区过长</translation>
    </message>
    <message>
        <source>bus address</source>
        <translation>总线地址</translation>
    </message>
    <message>
        <source>command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>current</source>
        <translation>电流</translation>
    </message>
    <message>
        <source>data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>data of</source>
        <translation>数据标识</translation>
    </message>
    <message>
        <source>date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>date and time</source>
        <translation>日期和时间</translation>
    </message>
    <message>
        <source>device busy</source>
        <translation>设备忙</translation>
    </message>
    <message>
        <source>device failure</source>
        <translation>设备故障</translation>
    </message>
    <message>
        <source>energy</source>
        <translation>能量</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>exception</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>exception status</source>
        <translation>异常状态</translation>
    </message>
    <message>
        <source>external temperature</source>
        <translation>外部温度</translation>
    </message>
    <message>
        <source>f32</source>
        <translation>32 位浮点</translation>
    </message>
    <message>
        <source>fabrication number</source>
        <translation>出厂编号</translation>
    </message>
    <message>
        <source>flow temperature</source>
        <translation>供水温度</translation>
    </message>
    <message>
        <source>gateway path unavailable</source>
        <translation>网关路径不可用</translation>
    </message>
    <message>
        <source>gateway target did not respond</source>
        <translation>网关目标无应答</translation>
    </message>
    <message>
        <source>heat cost units</source>
        <translation>热分配单位</translation>
    </message>
    <message>
        <source>high word first</source>
        <translation>高字在前</translation>
    </message>
    <message>
        <source>identification</source>
        <translation>标识号</translation>
    </message>
    <message>
        <source>illegal data address</source>
        <translation>非法数据地址</translation>
    </message>
    <message>
        <source>illegal data value</source>
        <translation>非法数据值</translation>
    </message>
    <message>
        <source>illegal function</source>
        <translation>非法功能码</translation>
    </message>
    <message>
        <source>in error state</source>
        <translation>故障状态</translation>
    </message>
    <message>
        <source>low word first</source>
        <translation>低字在前</translation>
    </message>
    <message>
        <source>maker</source>
        <translation>厂商</translation>
    </message>
    <message>
        <source>maker&apos;s own data</source>
        <translation>厂商自定义数据</translation>
    </message>
    <message>
        <source>mass</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>mass flow</source>
        <translation>质量流量</translation>
    </message>
    <message>
        <source>maximum</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>介质</translation>
    </message>
    <message>
        <source>memory parity error</source>
        <translation>存储器奇偶校验错</translation>
    </message>
    <message>
        <source>minimum</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>more than 10 DIFE</source>
        <translation>超过 10 个 DIFE</translation>
    </message>
    <message>
        <source>more than 10 VIFE</source>
        <translation>超过 10 个 VIFE</translation>
    </message>
    <message>
        <source>not acknowledged</source>
        <translation>否认</translation>
    </message>
    <message>
        <source>not specified</source>
        <translation>未指明</translation>
    </message>
    <message>
        <source>on time</source>
        <translation>通电时间</translation>
    </message>
    <message>
        <source>operating time</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>premature end of record</source>
        <translation>记录提前结束</translation>
    </message>
    <message>
        <source>pressure</source>
        <translation>压力</translation>
    </message>
    <message>
        <source>register</source>
        <translation>寄存器</translation>
    </message>
    <message>
        <source>registers asked for</source>
        <translation>请求的寄存器数</translation>
    </message>
    <message>
        <source>registers written</source>
        <translation>写入的寄存器数</translation>
    </message>
    <message>
        <source>return temperature</source>
        <translation>回水温度</translation>
    </message>
    <message>
        <source>sign-on to address</source>
        <translation>登录地址</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>波特率</translation>
    </message>
    <message>
        <source>status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>storage</source>
        <translation>存储号</translation>
    </message>
    <message>
        <source>tariff</source>
        <translation>费率</translation>
    </message>
    <message>
        <source>temperature difference</source>
        <translation>温差</translation>
    </message>
    <message>
        <source>the first one first</source>
        <translation>第一位在前</translation>
    </message>
    <message>
        <source>too many readouts</source>
        <translation>读取过于频繁</translation>
    </message>
    <message>
        <source>too many records</source>
        <translation>记录过多</translation>
    </message>
    <message>
        <source>type</source>
        <translation>型号</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>unknown CI field</source>
        <translation>未知 CI 字段</translation>
    </message>
    <message>
        <source>unknown code</source>
        <translation>未知代码</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>value written</source>
        <translation>写入的值</translation>
    </message>
    <message>
        <source>voltage</source>
        <translation>电压</translation>
    </message>
    <message>
        <source>volume</source>
        <translation>体积</translation>
    </message>
    <message>
        <source>volume flow</source>
        <translation>体积流量</translation>
    </message>
    <message>
        <source>{size} bytes of data are too few for its control code.</source>
        <translation>对其控制码而言，{size} 字节数据太少。</translation>
    </message>
    <message>
        <source>{size} bytes of data do not fit the identifier {identifier:08X}.</source>
        <translation>{size} 字节数据与数据标识 {identifier:08X} 不符。</translation>
    </message>
    <message>
        <source>{text!r} is not hexadecimal; write bytes as in &apos;01 04 00 00 00 02 71 CB&apos;.</source>
        <translation>{text!r} 不是十六进制；请按“01 04 00 00 00 02 71 CB”的形式输入。</translation>
    </message>
</context>
<context>
    <name>line_budgets</name>
    <message>
        <source>{line} needs {cycle} s, its period is {period} s: it will be read as fast as it can. Read less often, raise the baud rate, or use another line.</source>
        <translation>{line} 读取一轮需 {cycle} 秒，而周期为 {period} 秒：将尽快读取。请降低读取频率、提高波特率或改用另一条线路。</translation>
    </message>
</context>
<context>
    <name>overview</name>
    <message>
        <source>a batch, {running} so far</source>
        <translation>批次，已运行 {running}</translation>
    </message>
    <message>
        <source>batch {running} of {whole}</source>
        <translation>批次 {running} / {whole}</translation>
    </message>
    <message>
        <source>done {time} ±{half}</source>
        <translation>{time} ±{half} 完成</translation>
    </message>
    <message>
        <source>has no meter</source>
        <translation>无电表</translation>
    </message>
    <message>
        <source>interlock</source>
        <translation>联锁</translation>
    </message>
    <message>
        <source>local control</source>
        <translation>就地控制</translation>
    </message>
    <message>
        <source>next {time} (crew)</source>
        <translation>下批 {time}（班组）</translation>
    </message>
    <message>
        <source>next {time} (plan)</source>
        <translation>下批 {time}（方案）</translation>
    </message>
    <message>
        <source>no batch under way</source>
        <translation>无进行中的批次</translation>
    </message>
    <message>
        <source>no further batch entered</source>
        <translation>无后续批次</translation>
    </message>
    <message>
        <source>normal now: {low:.0f} to {high:.0f} kW, rated {rated:.0f} kW</source>
        <translation>当前正常范围：{low:.0f} 至 {high:.0f} kW，额定 {rated:.0f} kW</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚未知</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>暂停中</translation>
    </message>
    <message>
        <source>was {state}</source>
        <translation>此前{state}</translation>
    </message>
    <message>
        <source>{moved} kW in the last 10 minutes</source>
        <translation>近 10 分钟 {moved} kW</translation>
    </message>
</context>
<context>
    <name>plan</name>
    <message>
        <source>Crew</source>
        <translation>班组人员</translation>
    </message>
    <message>
        <source>{since} – {to}: {n:person works|people work}, {there:is|are} there</source>
        <translation>{since} – {to}：{n} 人作业，在岗 {there} 人</translation>
    </message>
</context>
<context>
    <name>quality</name>
    <message>
        <source>frozen for {age}</source>
        <translation>{age}未变化</translation>
    </message>
    <message>
        <source>no reading yet</source>
        <translation>尚无读数</translation>
    </message>
    <message>
        <source>{age} old</source>
        <translation>{age}前的数据</translation>
    </message>
    <message>
        <source>{age} old: {reason}</source>
        <translation>{age}前的数据：{reason}</translation>
    </message>
</context>
<context>
    <name>texts</name>
    <message>
        <source>(measured {share} of the time)</source>
        <translation>（已测时间占 {share}）</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>A batch of {machine} has begun already; search again.</source>
        <translation>{machine} 的批次已经开始，请重新搜索。</translation>
    </message>
    <message>
        <source>A batch takes longer, was started by hand or late, or something else draws: {machines}.</source>
        <translation>某批次耗时更长、被手动或延迟启动，或有其他设备用电：{machines}。</translation>
    </message>
    <message>
        <source>A meter is wired, scaled or assigned wrongly.</source>
        <translation>某电表接线、倍率或归属有误。</translation>
    </message>
    <message>
        <source>A name has 1 to 40 letters, digits or any of . _ - @ and no spaces.</source>
        <translation>姓名为 1 至 40 个字母、数字或 . _ - @，不含空格。</translation>
    </message>
    <message>
        <source>A password has at least 8 characters.</source>
        <translation>密码至少 8 个字符。</translation>
    </message>
    <message>
        <source>A plan begins at the earliest after, min</source>
        <translation>方案最早于多少分钟后开始</translation>
    </message>
    <message>
        <source>A plan looks ahead, min</source>
        <translation>方案覆盖时长，分钟</translation>
    </message>
    <message>
        <source>A reason is needed; say in a few words why.</source>
        <translation>必须填写理由，请简要说明。</translation>
    </message>
    <message>
        <source>A sheet of Excel cannot hold so many entries; search for fewer, or choose CSV.</source>
        <translation>Excel 工作表容纳不下这么多条目；请缩小搜索范围，或选择 CSV。</translation>
    </message>
    <message>
        <source>A start moves at most, min</source>
        <translation>启动最多移动（分钟）</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address as text</source>
        <translation>文本地址</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>All machines together: {what}.</source>
        <translation>全部设备合计：{what}。</translation>
    </message>
    <message>
        <source>All {n} entries are in their chain.</source>
        <translation>全部 {n} 条记录在链中完好。</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>As {role} you may not decide on plans; a supervisor does.</source>
        <translation>{role}不能审批方案，由主管审批。</translation>
    </message>
    <message>
        <source>As {role} you may not do this; it is for: {roles}.</source>
        <translation>以{role}身份不可执行此操作；仅限：{roles}。</translation>
    </message>
    <message>
        <source>At least {excess:batch|batches} more than allowed cannot stay {excess:=where it is|where they are}</source>
        <translation>至少有超出允许数 {excess} 个的批次无法保持原位</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Baseline of a batch&apos;s energy: first day</source>
        <translation>批次能耗基准期：首日</translation>
    </message>
    <message>
        <source>Baseline of a batch&apos;s energy: last day</source>
        <translation>批次能耗基准期：末日</translation>
    </message>
    <message>
        <source>Batch {batch} has changed; search again.</source>
        <translation>批次 {batch} 已更改，请重新搜索。</translation>
    </message>
    <message>
        <source>Batch {batch} is not known any more; search again.</source>
        <translation>批次 {batch} 已不存在，请重新搜索。</translation>
    </message>
    <message>
        <source>Batch {batch} is there already and part of plan {plan_id}, which is in force; choose another name, or have that plan stopped first.</source>
        <translation>批次 {batch} 已存在，并属于正在执行的方案 {plan_id}；请另取名称，或先停止该方案。</translation>
    </message>
    <message>
        <source>Batch {batch} is there already and under way at {machine}; choose another name.</source>
        <translation>批次 {batch} 已存在，正在 {machine} 上运行；请另取名称。</translation>
    </message>
    <message>
        <source>Batch, min</source>
        <translation>批次时长，分钟</translation>
    </message>
    <message>
        <source>Batches that move at most</source>
        <translation>最多移动的批次数</translation>
    </message>
    <message>
        <source>Baud</source>
        <translation>波特率</translation>
    </message>
    <message>
        <source>CT ratio</source>
        <translation>CT 变比</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Carbon, kg CO₂ per kWh; dated as 2025-01-01 0.55, 2026-01-01 0.53</source>
        <translation>碳排放，kg CO₂/kWh；可按日期填，如 2025-01-01 0.55, 2026-01-01 0.53</translation>
    </message>
    <message>
        <source>Changed by hand; Search finds the best one again.</source>
        <translation>已手动修改；点“搜索”可重新得到最优方案。</translation>
    </message>
    <message>
        <source>Charging before a batch takes, min</source>
        <translation>批次前装料用时（分钟）</translation>
    </message>
    <message>
        <source>Check the PLC&apos;s supply and cable; until then the crew starts by hand.</source>
        <translation>检查 PLC 电源和线缆；此间由班组手动启动。</translation>
    </message>
    <message>
        <source>Check the adapter and its cable; the station resumes by itself when it is back.</source>
        <translation>检查转换器及线缆；恢复后控制站自动续读。</translation>
    </message>
    <message>
        <source>Check the meter&apos;s supply, its address and its wires.</source>
        <translation>检查电表电源、地址和接线。</translation>
    </message>
    <message>
        <source>Checking the chain: {n} entries so far …</source>
        <translation>正在校验链：已校验 {n} 条…</translation>
    </message>
    <message>
        <source>Clear the cause at the machine; the command then follows by itself.</source>
        <translation>在现场排除原因；之后指令自动执行。</translation>
    </message>
    <message>
        <source>Compare each meter&apos;s display with the Trends page.</source>
        <translation>逐一核对电表显示与“趋势”页。</translation>
    </message>
    <message>
        <source>Compare its display and give it the right profile; if this one is right, allow what it says as ident in a copy of the profile.</source>
        <translation>与电表显示屏对照并选用正确的型号配置；若现用的正确，请复制该型号配置，将电表所报的值加入其识别值。</translation>
    </message>
    <message>
        <source>Compare the meter&apos;s display, then mend its ratios in the plant file, or its profile.</source>
        <translation>与电表显示屏对照，然后在工厂文件或电表型号配置中更正变比。</translation>
    </message>
    <message>
        <source>Compare the meter&apos;s display; switch the meter off and on.</source>
        <translation>核对电表显示；将电表断电再上电。</translation>
    </message>
    <message>
        <source>Crew on Saturday and Sunday, likewise</source>
        <translation>周六周日班组（写法相同）</translation>
    </message>
    <message>
        <source>Crew: people from a time on, as 00:00 2, 08:00 4</source>
        <translation>班组：自某时刻起的人数，如 00:00 2, 08:00 4</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>货币</translation>
    </message>
    <message>
        <source>Demand and energy count over, min</source>
        <translation>需量与电量统计周期，分钟</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>Discharge it or switch it off.</source>
        <translation>出料或关闭设备。</translation>
    </message>
    <message>
        <source>Discharging after a batch takes, min</source>
        <translation>批次后卸料用时（分钟）</translation>
    </message>
    <message>
        <source>Each hour that a start moves costs</source>
        <translation>启动每移动一小时的成本</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>能耗</translation>
    </message>
    <message>
        <source>Energy and savings of this shop-floor cannot be trusted.</source>
        <translation>该车间的电量和节省数据不可信。</translation>
    </message>
    <message>
        <source>Energy in one interval at most, kWh</source>
        <translation>每个需量周期最多用电 kWh</translation>
    </message>
    <message>
        <source>Energy, costs and savings of what it measures cannot be trusted.</source>
        <translation>该表所测的电量、费用和节省额不可信。</translation>
    </message>
    <message>
        <source>Entry {id}, {time} (wall clock {wall_time}): {action} {target}
before: {before}
after: {after}
sealed as {hash}, after {previous_hash}</source>
        <translation>第 {id} 条，{time}（实际时钟 {wall_time}）：{action} {target}
原：{before}
新：{after}
封印 {hash}，前一条 {previous_hash}</translation>
    </message>
    <message>
        <source>Equipment</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Every plan draws at least {excess} {unit} more than the supply carries</source>
        <translation>任何方案都至少超出供电能力 {excess} {unit}</translation>
    </message>
    <message>
        <source>Every plan has at least {excess:start|starts} too many close together</source>
        <translation>任何方案都至少多出 {excess} 次过于集中的启动</translation>
    </message>
    <message>
        <source>Every plan lacks at least {excess:person|people} of the crew</source>
        <translation>任何方案都至少缺少 {excess} 名装卸人员</translation>
    </message>
    <message>
        <source>Every plan runs a buffer empty, or over, by at least {excess}</source>
        <translation>任何方案都会使缓冲不足或溢出至少 {excess}</translation>
    </message>
    <message>
        <source>Every plan uses at least {excess} {unit} more than an interval allows</source>
        <translation>任何方案都至少超出需量周期允许电量 {excess} {unit}</translation>
    </message>
    <message>
        <source>Every, s</source>
        <translation>周期 s</translation>
    </message>
    <message>
        <source>Forecast and plan rest on what is no longer true.</source>
        <translation>预测和方案所依据的情况已不再成立。</translation>
    </message>
    <message>
        <source>Found in {seconds:.1f} s with {iterations:iteration|iterations}, seed {seed}.</source>
        <translation>用时 {seconds:.1f} 秒，迭代 {iterations} 次，随机种子 {seed}。</translation>
    </message>
    <message>
        <source>Framing</source>
        <translation>帧格式</translation>
    </message>
    <message>
        <source>Gap, min</source>
        <translation>批次间隔，分钟</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>Id of the shop-floor</source>
        <translation>车间标识</translation>
    </message>
    <message>
        <source>Idling in the peak is an alarm after, min</source>
        <translation>峰段空转多少分钟后报警</translation>
    </message>
    <message>
        <source>It begins {excess} min later than the plan in force lets it</source>
        <translation>其开始时间比执行中的方案所允许的晚 {excess} 分钟</translation>
    </message>
    <message>
        <source>It draws {power_kw} kW and makes nothing.</source>
        <translation>耗用 {power_kw} kW，却不产出。</translation>
    </message>
    <message>
        <source>It draws {power_kw} kW at the dearest price and makes nothing.</source>
        <translation>在最高电价时段耗电 {power_kw} kW 而无产出。</translation>
    </message>
    <message>
        <source>It is paid for every hour of every night and weekend.</source>
        <translation>每个夜晚和周末的每一小时都在付费。</translation>
    </message>
    <message>
        <source>It looks alive and is not: what it measures is not known.</source>
        <translation>看似正常，其实不然：所测量的实际值未知。</translation>
    </message>
    <message>
        <source>It may trip, wear out or cost more than planned.</source>
        <translation>可能跳闸、磨损或超出计划成本。</translation>
    </message>
    <message>
        <source>It uses energy for nothing and holds up what follows.</source>
        <translation>白白耗能，并延误后续生产。</translation>
    </message>
    <message>
        <source>It was forgotten, or the material takes longer.</source>
        <translation>忘记停机，或物料需要更长时间。</translation>
    </message>
    <message>
        <source>Its machine is not measured, and no plan may start it.</source>
        <translation>其设备无测量，方案不得启动该设备。</translation>
    </message>
    <message>
        <source>Its values may be plausible and wrong; while it names another model they count nothing.</source>
        <translation>数值可能看似合理却是错的；只要电表自报为其他型号，其读数一律不计入电量。</translation>
    </message>
    <message>
        <source>Keeping</source>
        <translation>保留期限</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Look at the machine and at the curve of the last hour.</source>
        <translation>查看设备以及最近一小时的曲线。</translation>
    </message>
    <message>
        <source>Look at the machine; carry it out by hand or stop the plan on the Plan page.</source>
        <translation>到现场查看设备；手动执行，或在“方案”页停止方案。</translation>
    </message>
    <message>
        <source>Look whether the machine turns; if it does, check its meter.</source>
        <translation>查看设备是否转动；若已转动，检查电表。</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Machines that start together at most</source>
        <translation>最多同时启动的设备数</translation>
    </message>
    <message>
        <source>Make room on this disk, or move the data folder to a larger one.</source>
        <translation>清理该磁盘，或将数据文件夹移到更大的磁盘。</translation>
    </message>
    <message>
        <source>Means stay for, days; then only totals</source>
        <translation>均值保留天数，其后仅保留合计</translation>
    </message>
    <message>
        <source>Measures</source>
        <translation>测量对象</translation>
    </message>
    <message>
        <source>Meters and points</source>
        <translation>电表与测点</translation>
    </message>
    <message>
        <source>More machines run at once than the supply is made for.</source>
        <translation>同时运行的设备超出供电能力。</translation>
    </message>
    <message>
        <source>More runs at once than the demand limit allows.</source>
        <translation>同时运行的设备超出需量限额所允许的数量。</translation>
    </message>
    <message>
        <source>Most likely {reason}.</source>
        <translation>最可能的原因：{reason}。</translation>
    </message>
    <message>
        <source>Most likely {reason}; counted to computed energy is {factor}.</source>
        <translation>最可能的原因：{reason}；计量电量与功率积分之比为 {factor}。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Night work begins, HH:MM</source>
        <translation>夜班开始 HH:MM</translation>
    </message>
    <message>
        <source>Night work costs more, per person and hour</source>
        <translation>夜班加价（每人每小时）</translation>
    </message>
    <message>
        <source>Night work ends, HH:MM</source>
        <translation>夜班结束 HH:MM</translation>
    </message>
    <message>
        <source>No command of a plan is written; machines stay as they are.</source>
        <translation>方案指令无法写入；设备保持现状。</translation>
    </message>
    <message>
        <source>No plan can cost less: this one meets the proven bound.</source>
        <translation>已达到证明的下界：没有成本更低的方案。</translation>
    </message>
    <message>
        <source>No plan can cost more than {gap:.2%} less than this one; that is proven.</source>
        <translation>已证明：任何方案的成本最多比此方案低 {gap:.2%}。</translation>
    </message>
    <message>
        <source>No plan can keep {limit}</source>
        <translation>没有方案能满足 {limit}</translation>
    </message>
    <message>
        <source>No plan was found in this time that keeps every limit. The closest one: {what}</source>
        <translation>在此时间内未找到满足所有约束的方案。最接近的方案：{what}</translation>
    </message>
    <message>
        <source>No waiting batch can be done in time, counted from when its machine is free, within the {hours} h that a plan looks ahead: {batches}. Search again later, give it more time (Batch …), or have an engineer let plans look further ahead (Plant, Plan rules).</source>
        <translation>从设备空闲时算起，待排批次均无法在方案前瞻的 {hours} 小时内按时完成：{batches}。请稍后再搜索，或放宽时间（批次…），或请工程师延长方案前瞻时间（工厂，方案规则）。</translation>
    </message>
    <message>
        <source>Nobody decides on their own plan; ask another supervisor.</source>
        <translation>不得审批自己的方案，请由其他主管审批。</translation>
    </message>
    <message>
        <source>Nobody is signed in; this is for: {roles}.</source>
        <translation>无人登录；此操作仅限：{roles}。</translation>
    </message>
    <message>
        <source>Note both values and, if the meter was replaced, check its ratios.</source>
        <translation>请记下前后两个读数；若更换了电表，请核对变比。</translation>
    </message>
    <message>
        <source>Nothing is written of a batch “{note}”; perhaps it was taken back already.</source>
        <translation>没有名为“{note}”的批次记录；可能已被撤回。</translation>
    </message>
    <message>
        <source>Nothing on this line is read; its curves have a gap until it is back.</source>
        <translation>该线路上没有读数；恢复前曲线会有缺口。</translation>
    </message>
    <message>
        <source>Only an administrator adds users.</source>
        <translation>只有管理员可以添加用户。</translation>
    </message>
    <message>
        <source>Only who proposed the plan may withdraw it.</source>
        <translation>只有提交人可以撤回方案。</translation>
    </message>
    <message>
        <source>Other programs or old backups fill the disk of the data folder.</source>
        <translation>其他程序或旧备份占满了数据文件夹所在的磁盘。</translation>
    </message>
    <message>
        <source>Out of service by {actor}: {comment}</source>
        <translation>{actor} 停用：{comment}</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>PLC</source>
        <translation>PLC</translation>
    </message>
    <message>
        <source>PLC silent</source>
        <translation>PLC 无应答</translation>
    </message>
    <message>
        <source>PT ratio</source>
        <translation>PT 变比</translation>
    </message>
    <message>
        <source>Parity</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Pause a machine that can wait until the interval is over.</source>
        <translation>暂停一台可以等待的设备，直到本需量周期结束。</translation>
    </message>
    <message>
        <source>Pause a machine that can wait, now; then look at the plan in force.</source>
        <translation>立即暂停一台可等待的设备，再检查执行中的方案。</translation>
    </message>
    <message>
        <source>Pause, min</source>
        <translation>暂停时长，分钟</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>People to charge</source>
        <translation>装料人数</translation>
    </message>
    <message>
        <source>People to discharge</source>
        <translation>卸料人数</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Plan again from now on the Plan page; a supervisor stops the old plan and signs the new.</source>
        <translation>在“方案”页从现在起重新编制方案；由主管停止旧方案并签署新方案。</translation>
    </message>
    <message>
        <source>Plan rules</source>
        <translation>方案规则</translation>
    </message>
    <message>
        <source>Plan {id} is {state}; there is nothing to decide.</source>
        <translation>方案 {id} {state}，无需审批。</translation>
    </message>
    <message>
        <source>Plan {plan_id} is in force; stop it first.</source>
        <translation>方案 {plan_id} 正在执行，请先停止。</translation>
    </message>
    <message>
        <source>Plant</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Power factor (kVA into kW)</source>
        <translation>功率因数（kVA 折算 kW）</translation>
    </message>
    <message>
        <source>Price of the month&apos;s highest demand, per kW</source>
        <translation>当月最高需量价格（每 kW）</translation>
    </message>
    <message>
        <source>Production line</source>
        <translation>产线</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>型号配置</translation>
    </message>
    <message>
        <source>Quiet by design: {comment}</source>
        <translation>按设计抑制：{comment}</translation>
    </message>
    <message>
        <source>Raise the baud rate or the period, or move meters to another line.</source>
        <translation>提高波特率或延长周期，或将电表移至其他线路。</translation>
    </message>
    <message>
        <source>Rated, kW</source>
        <translation>额定功率 kW</translation>
    </message>
    <message>
        <source>Readings come later than their period and states change late.</source>
        <translation>读数滞后于周期，状态变化延迟。</translation>
    </message>
    <message>
        <source>Readings keep their order, but windows on this machine show another time.</source>
        <translation>读数顺序不变，但本机的窗口显示的是另一个时间。</translation>
    </message>
    <message>
        <source>Readings stay as they are for, days</source>
        <translation>原始读数保留天数</translation>
    </message>
    <message>
        <source>Running, kW</source>
        <translation>运行功率 kW</translation>
    </message>
    <message>
        <source>See what differs; if it lasts, search a new plan from now.</source>
        <translation>查明差异所在；若持续存在，请从现在起重新搜索方案。</translation>
    </message>
    <message>
        <source>Set the clock right, or start the station again if the new time is the right one.</source>
        <translation>请校正时钟；如果新时间才是正确的，请重新启动控制站。</translation>
    </message>
    <message>
        <source>Shelved until {until} by {actor}: {comment}</source>
        <translation>{actor} 搁置至 {until}：{comment}</translation>
    </message>
    <message>
        <source>Shifts begin at</source>
        <translation>班次开始于</translation>
    </message>
    <message>
        <source>Shop-floor</source>
        <translation>车间</translation>
    </message>
    <message>
        <source>Sign in as a supervisor to decide on this plan.</source>
        <translation>请以主管身份登录后审批此方案。</translation>
    </message>
    <message>
        <source>Somebody set the clock of the station&apos;s machine, or its battery is empty.</source>
        <translation>有人改动了控制站所在计算机的时钟，或其电池已耗尽。</translation>
    </message>
    <message>
        <source>Something was left on: compressed air, pumps, fans, heating, light.</source>
        <translation>有设备未关：压缩空气、水泵、风机、加热或照明。</translation>
    </message>
    <message>
        <source>Something was switched on or off, broke or got stuck.</source>
        <translation>有设备被接通或断开、损坏或卡住。</translation>
    </message>
    <message>
        <source>Standby, kW</source>
        <translation>待机功率 kW</translation>
    </message>
    <message>
        <source>Stop bits</source>
        <translation>停止位</translation>
    </message>
    <message>
        <source>Supply, kVA</source>
        <translation>供电容量 kVA</translation>
    </message>
    <message>
        <source>Supply, kW</source>
        <translation>供电容量 kW</translation>
    </message>
    <message>
        <source>Take a sample; if it needs longer, search a new plan for what follows.</source>
        <translation>取样检查；若需更长时间，为后续批次重新搜索方案。</translation>
    </message>
    <message>
        <source>Take a sample; if the batch is done, stop the machine.</source>
        <translation>取样检查；若批次已完成，请停机。</translation>
    </message>
    <message>
        <source>Tariff</source>
        <translation>电价</translation>
    </message>
    <message>
        <source>Teams of each day&apos;s shifts, day by day: A B C, D A B</source>
        <translation>每日各班次的班组，逐日填写：A B C, D A B</translation>
    </message>
    <message>
        <source>Teams: the roster&apos;s first day, as 2026-01-31</source>
        <translation>班组：轮班表首日，如 2026-01-31</translation>
    </message>
    <message>
        <source>The PLC does not answer, so the plan is stale.</source>
        <translation>PLC 无应答，方案已失效。</translation>
    </message>
    <message>
        <source>The PLC is switched off, or its cable is loose.</source>
        <translation>PLC 断电或线缆松动。</translation>
    </message>
    <message>
        <source>The adapter is unplugged, renamed or taken by another program ({code}).</source>
        <translation>转换器被拔出、改名或被其他程序占用（{code}）。</translation>
    </message>
    <message>
        <source>The alarm is in service already.</source>
        <translation>该报警已在启用中。</translation>
    </message>
    <message>
        <source>The alarm is not latched any more.</source>
        <translation>该报警已不再锁存。</translation>
    </message>
    <message>
        <source>The alarm is not shelved any more.</source>
        <translation>该报警已不在搁置中。</translation>
    </message>
    <message>
        <source>The alarm is shelved or out of service already.</source>
        <translation>该报警已被搁置或停用。</translation>
    </message>
    <message>
        <source>The alarm was acknowledged already.</source>
        <translation>该报警已被确认。</translation>
    </message>
    <message>
        <source>The audit is empty, and nothing is missing from it.</source>
        <translation>审计记录为空，没有缺失。</translation>
    </message>
    <message>
        <source>The batch begins late, and may end later than it is due.</source>
        <translation>批次推迟开始，可能晚于截止时间结束。</translation>
    </message>
    <message>
        <source>The batch does not fit: it has a name and begins before now and before its end; tonnes are above 0, water is between 0 and 100 %.</source>
        <translation>批次不合理：须有名称，开始早于现在和结束；吨数大于 0，水分在 0 至 100 % 之间。</translation>
    </message>
    <message>
        <source>The batch is done and the machine was not switched off.</source>
        <translation>批次已完成，设备未关闭。</translation>
    </message>
    <message>
        <source>The batch stands still although the plan counts on it.</source>
        <translation>方案中的批次未进行。</translation>
    </message>
    <message>
        <source>The batch&apos;s times do not fit: it must start after its earliest time and end by its due time.</source>
        <translation>批次时间不符：须在最早时间之后开始，并在截止时间前结束。</translation>
    </message>
    <message>
        <source>The batches of a machine need {excess} min more than their windows leave</source>
        <translation>一台设备的批次比其时间窗多需 {excess} 分钟</translation>
    </message>
    <message>
        <source>The chain breaks at entry {id}: it is missing or was changed from outside. Keep a copy of the database and tell the administrator.</source>
        <translation>链在第 {id} 条记录处断开：该记录缺失或被外部改动。请保留数据库副本并通知管理员。</translation>
    </message>
    <message>
        <source>The command did not get through: {reason}.</source>
        <translation>指令未能送达：{reason}。</translation>
    </message>
    <message>
        <source>The counter does not go on from its last value: {reason}.</source>
        <translation>表底读数未从上次的值继续：{reason}。</translation>
    </message>
    <message>
        <source>The disk that holds {path} answers with errors; check the disk and the space left on it.</source>
        <translation>{path} 所在磁盘报错；请检查磁盘及剩余空间。</translation>
    </message>
    <message>
        <source>The disk that holds {path} is full; what was stored is safe: free some space.</source>
        <translation>{path} 所在磁盘已满；已存数据安全：请释放空间。</translation>
    </message>
    <message>
        <source>The disk with the database has only {free_mb} MB left, {least_mb} MB are wanted</source>
        <translation>数据库所在磁盘仅剩 {free_mb} MB，需要 {least_mb} MB</translation>
    </message>
    <message>
        <source>The end of the shelving is past; choose a later one.</source>
        <translation>搁置截止时间已过，请选择更晚的时间。</translation>
    </message>
    <message>
        <source>The load, the material or the machine differs from what it usually is.</source>
        <translation>负荷、物料或设备与平常不同。</translation>
    </message>
    <message>
        <source>The machine does not do what the approved plan says.</source>
        <translation>设备未按已批准的方案运行。</translation>
    </message>
    <message>
        <source>The machine is not ready for it: {reason}.</source>
        <translation>设备未就绪：{reason}。</translation>
    </message>
    <message>
        <source>The machine or its supply is not as it should be.</source>
        <translation>设备或其供电状态不正常。</translation>
    </message>
    <message>
        <source>The main breaker may trip and stop the whole shop-floor.</source>
        <translation>总断路器可能跳闸，导致全车间停产。</translation>
    </message>
    <message>
        <source>The material grinds slower than usual, or the machine was held up.</source>
        <translation>物料研磨较慢，或设备曾受阻。</translation>
    </message>
    <message>
        <source>The meter does not answer, or no longer says this value.</source>
        <translation>电表无应答，或不再给出该值。</translation>
    </message>
    <message>
        <source>The meter hangs, or repeats its last value.</source>
        <translation>电表死机，或重复其最后的值。</translation>
    </message>
    <message>
        <source>The meter is switched off, or has another address or baud rate.</source>
        <translation>电表断电，或地址、波特率不符。</translation>
    </message>
    <message>
        <source>The meter of {machine} is silent, so the plan is stale.</source>
        <translation>{machine} 的电表无应答，方案已失效。</translation>
    </message>
    <message>
        <source>The month is billed by its highest interval; {minutes} min are left in this one.</source>
        <translation>当月按最高需量计费；本需量周期还剩 {minutes} 分钟。</translation>
    </message>
    <message>
        <source>The motor did not start, or the meter measures something else.</source>
        <translation>电机未启动，或电表测量对象有误。</translation>
    </message>
    <message>
        <source>The next batch starts late, and the plan may break its limits.</source>
        <translation>下一批次将推迟，方案可能违反限制。</translation>
    </message>
    <message>
        <source>The only entry is in its chain.</source>
        <translation>唯一的记录在链中完好。</translation>
    </message>
    <message>
        <source>The plan breaks a limit with batch {batch} of {machine}; search again.</source>
        <translation>方案中 {machine} 的批次 {batch} 违反限制，请重新搜索。</translation>
    </message>
    <message>
        <source>The plan does not fit what it was made from ({part}); search again.</source>
        <translation>方案与其依据（{part}）不符，请重新搜索。</translation>
    </message>
    <message>
        <source>The plan is {state} by now; this cannot be done.</source>
        <translation>方案现为{state}，无法进行此操作。</translation>
    </message>
    <message>
        <source>The plan&apos;s approval cannot be verified, so it is not carried out; have it approved anew.</source>
        <translation>方案的批准无法核实，不予执行；请重新审批。</translation>
    </message>
    <message>
        <source>The plan&apos;s first start is past; search again.</source>
        <translation>方案的首次启动时间已过，请重新搜索。</translation>
    </message>
    <message>
        <source>The plan&apos;s peak of {peak_kw} kW is more than the {supply_kw} kW of the supply.</source>
        <translation>方案峰值 {peak_kw} kW 超过供电容量 {supply_kw} kW。</translation>
    </message>
    <message>
        <source>The plant would not fit together; nothing was changed. {sentence}</source>
        <translation>工厂各项不相符；未作任何更改。{sentence}</translation>
    </message>
    <message>
        <source>The signature does not fit; sign in again and repeat.</source>
        <translation>签名不符，请重新登录后再试。</translation>
    </message>
    <message>
        <source>The solver refuses the problem: {sentence}</source>
        <translation>求解器拒绝此问题：{sentence}</translation>
    </message>
    <message>
        <source>The solver&apos;s process ended; search again.</source>
        <translation>求解器进程已结束，请重新搜索。</translation>
    </message>
    <message>
        <source>The station cannot read its tariff; mend the file.</source>
        <translation>控制站无法读取电价，请修复文件。</translation>
    </message>
    <message>
        <source>The station could not read the plan: {sentence}</source>
        <translation>控制站无法读取方案：{sentence}</translation>
    </message>
    <message>
        <source>The station could not read this request: {sentence}</source>
        <translation>控制站无法读取此请求：{sentence}</translation>
    </message>
    <message>
        <source>The station does not know you; sign in again.</source>
        <translation>控制站未登记此用户，请重新登录。</translation>
    </message>
    <message>
        <source>The station has not answered yet; it will once it runs: start it with “valleyline station”.</source>
        <translation>控制站尚未应答；请用“valleyline station”启动，运行后即会应答。</translation>
    </message>
    <message>
        <source>The station refused this ({code}).</source>
        <translation>控制站拒绝了此操作（{code}）。</translation>
    </message>
    <message>
        <source>The station&apos;s clock was set by {hours} h; the station goes on by its own time</source>
        <translation>控制站的时钟被改动了 {hours} 小时；控制站按自己的时间继续运行</translation>
    </message>
    <message>
        <source>The tariff has changed; search again.</source>
        <translation>电价已变更，请重新搜索。</translation>
    </message>
    <message>
        <source>Then their means stay, over min</source>
        <translation>其后保留均值，每分钟数</translation>
    </message>
    <message>
        <source>There are users already; an administrator adds further ones.</source>
        <translation>已有用户；由管理员添加更多用户。</translation>
    </message>
    <message>
        <source>There is no batch that a plan could still move; enter one first (Batch …).</source>
        <translation>没有可移动的批次，请先录入（批次…）。</translation>
    </message>
    <message>
        <source>There is no machine {machine} in this plant.</source>
        <translation>本厂没有设备 {machine}。</translation>
    </message>
    <message>
        <source>There is no such alarm any more.</source>
        <translation>该报警已不存在。</translation>
    </message>
    <message>
        <source>There is no such finding any more.</source>
        <translation>该发现已不存在。</translation>
    </message>
    <message>
        <source>There is no such plan any more.</source>
        <translation>该方案已不存在。</translation>
    </message>
    <message>
        <source>There is no version {version} of what was learned of this machine.</source>
        <translation>该设备的学习结果没有版本 {version}。</translation>
    </message>
    <message>
        <source>This cannot be proposed: {why}</source>
        <translation>不能提交：{why}</translation>
    </message>
    <message>
        <source>This cannot be proposed: {why} And {n} more.</source>
        <translation>不能提交：{why}另有 {n} 处。</translation>
    </message>
    <message>
        <source>This is a replay: nothing can be done in a recording.</source>
        <translation>这是回放：录制的数据中不能进行任何操作。</translation>
    </message>
    <message>
        <source>This name is taken; choose another.</source>
        <translation>此姓名已被使用，请另选。</translation>
    </message>
    <message>
        <source>This very plan was proposed before, as {plan_id}.</source>
        <translation>同一方案已提交过，编号 {plan_id}。</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Together means within, min</source>
        <translation>“同时”指多少分钟之内</translation>
    </message>
    <message>
        <source>Too late to approve: {machine} should have begun at {time}; search again.</source>
        <translation>批准已过时限：{machine} 本应于 {time} 启动；请重新搜索。</translation>
    </message>
    <message>
        <source>Too many meters, too slow a baud rate, or meters that do not answer.</source>
        <translation>电表过多、波特率过低，或有电表无应答。</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Twin</source>
        <translation>孪生</translation>
    </message>
    <message>
        <source>Walk through the shop-floor, listen for air, and switch off what is not needed.</source>
        <translation>巡视车间，听有无漏气，关闭不需要的设备。</translation>
    </message>
    <message>
        <source>What follows may be a trip or a stop.</source>
        <translation>随后可能跳闸或停机。</translation>
    </message>
    <message>
        <source>What is shown and decided on is old.</source>
        <translation>所显示并据以决策的数据已过时。</translation>
    </message>
    <message>
        <source>What the plan promised is no longer to be had from it.</source>
        <translation>方案承诺的效果已无法实现。</translation>
    </message>
    <message>
        <source>What was being read was cut short; read it again.</source>
        <translation>读取被中断；请重新读取。</translation>
    </message>
    <message>
        <source>What was used in between is not counted; all else is.</source>
        <translation>期间的用量未计入，其余均已计入。</translation>
    </message>
    <message>
        <source>When it is full, readings wait in memory and are lost in the end.</source>
        <translation>磁盘写满后，读数只能留在内存中，最终会丢失。</translation>
    </message>
    <message>
        <source>You proposed this plan yourself; another supervisor decides on it.</source>
        <translation>此方案由您提交，须由其他主管审批。</translation>
    </message>
    <message>
        <source>Your role may not do this; ask somebody who may.</source>
        <translation>您的角色无此权限，请联系有权限的人员。</translation>
    </message>
    <message>
        <source>Your role was not granted by an administrator&apos;s signature; ask the administrator.</source>
        <translation>您的角色没有管理员签名授权，请联系管理员。</translation>
    </message>
    <message>
        <source>a CT or PT ratio or a scale is wrong</source>
        <translation>CT 变比、PT 变比或比例系数有误</translation>
    </message>
    <message>
        <source>a batch is under way</source>
        <translation>有批次正在进行</translation>
    </message>
    <message>
        <source>a batch&apos;s power has another shape than usual</source>
        <translation>批次的功率曲线形状与往常不同</translation>
    </message>
    <message>
        <source>a full buffer</source>
        <translation>料仓已满</translation>
    </message>
    <message>
        <source>a later command took its place</source>
        <translation>已被后续指令取代</translation>
    </message>
    <message>
        <source>a machine that may not move</source>
        <translation>设备不得移动</translation>
    </message>
    <message>
        <source>a mean over some minutes, for older readings are thinned</source>
        <translation>若干分钟的平均值（较早的读数已抽稀）</translation>
    </message>
    <message>
        <source>a value too far from the last one, and not seen twice yet</source>
        <translation>与上次的值相差过大，尚未被再次读到</translation>
    </message>
    <message>
        <source>acknowledge an alarm</source>
        <translation>确认报警</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>active</source>
        <translation>执行中</translation>
    </message>
    <message>
        <source>add a user</source>
        <translation>添加用户</translation>
    </message>
    <message>
        <source>administrator</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>alarm {rest}</source>
        <translation>报警 {rest}</translation>
    </message>
    <message>
        <source>an empty buffer</source>
        <translation>料仓已空</translation>
    </message>
    <message>
        <source>an interlock forbids it</source>
        <translation>联锁禁止</translation>
    </message>
    <message>
        <source>an old version of the model, or another kind of meter</source>
        <translation>该型号的旧版本，或是另一种电表</translation>
    </message>
    <message>
        <source>another kind of meter hangs at this address</source>
        <translation>此地址上接的是另一种电表</translation>
    </message>
    <message>
        <source>apparent power</source>
        <translation>视在功率</translation>
    </message>
    <message>
        <source>approve a plan</source>
        <translation>批准方案</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基准</translation>
    </message>
    <message>
        <source>batch of {batch}: so long outside its template, {low} to {high} kW</source>
        <translation>{batch} 的批次：超出模板的时长，{low} 至 {high} kW</translation>
    </message>
    <message>
        <source>batch takes too long</source>
        <translation>批次超时</translation>
    </message>
    <message>
        <source>batch {rest}</source>
        <translation>批次 {rest}</translation>
    </message>
    <message>
        <source>batches and machines</source>
        <translation>批次和设备</translation>
    </message>
    <message>
        <source>begins at {at}, and may at {limit} after the batch before it and its gap</source>
        <translation>开始于 {at}，前一批次及间隔之后最早为 {limit}</translation>
    </message>
    <message>
        <source>begins at {at}, and stays at {limit}: its machine is fixed</source>
        <translation>开始于 {at}，但设备已固定，应保持在 {limit}</translation>
    </message>
    <message>
        <source>begins at {at}, before its earliest, {limit}</source>
        <translation>开始于 {at}，早于最早时间 {limit}</translation>
    </message>
    <message>
        <source>being written</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>buffer {buffer}</source>
        <translation>缓冲 {buffer}</translation>
    </message>
    <message>
        <source>buffer {buffer} falls to {found} at {at}</source>
        <translation>缓冲 {buffer} 在 {at} 降至 {found}</translation>
    </message>
    <message>
        <source>buffer {buffer} rises to {found} at {at}, and holds {allowed}</source>
        <translation>缓冲 {buffer} 在 {at} 升至 {found}，容量为 {allowed}</translation>
    </message>
    <message>
        <source>by day</source>
        <translation>按日</translation>
    </message>
    <message>
        <source>by shift</source>
        <translation>按班次</translation>
    </message>
    <message>
        <source>by tariff period</source>
        <translation>按电价时段</translation>
    </message>
    <message>
        <source>change the plant</source>
        <translation>更改工厂</translation>
    </message>
    <message>
        <source>changes too fast</source>
        <translation>变化过快</translation>
    </message>
    <message>
        <source>clock was set</source>
        <translation>时钟被改动</translation>
    </message>
    <message>
        <source>close a finding</source>
        <translation>关闭发现</translation>
    </message>
    <message>
        <source>command held back</source>
        <translation>指令挂起</translation>
    </message>
    <message>
        <source>command not carried out</source>
        <translation>指令未执行</translation>
    </message>
    <message>
        <source>command: hand back</source>
        <translation>指令：交还</translation>
    </message>
    <message>
        <source>command: pause</source>
        <translation>指令：暂停</translation>
    </message>
    <message>
        <source>command: start</source>
        <translation>指令：启动</translation>
    </message>
    <message>
        <source>command: take over</source>
        <translation>指令：接管</translation>
    </message>
    <message>
        <source>consumption with everything off</source>
        <translation>全停时仍有用电</translation>
    </message>
    <message>
        <source>cost</source>
        <translation>成本</translation>
    </message>
    <message>
        <source>cost of the baseline</source>
        <translation>基准成本</translation>
    </message>
    <message>
        <source>counter began anew</source>
        <translation>表底读数重新开始</translation>
    </message>
    <message>
        <source>counter, flat</source>
        <translation>表底读数，平段</translation>
    </message>
    <message>
        <source>counter, peak</source>
        <translation>表底读数，峰段</translation>
    </message>
    <message>
        <source>counter, sharp peak</source>
        <translation>表底读数，尖峰段</translation>
    </message>
    <message>
        <source>counter, valley</source>
        <translation>表底读数，谷段</translation>
    </message>
    <message>
        <source>current</source>
        <translation>电流</translation>
    </message>
    <message>
        <source>current L2</source>
        <translation>L2 电流</translation>
    </message>
    <message>
        <source>current L3</source>
        <translation>L3 电流</translation>
    </message>
    <message>
        <source>deep valley</source>
        <translation>深谷</translation>
    </message>
    <message>
        <source>demand about to exceed</source>
        <translation>需量即将超限</translation>
    </message>
    <message>
        <source>disk nearly full</source>
        <translation>磁盘将满</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>emits {kg} kg less</source>
        <translation>少排放 {kg} kg</translation>
    </message>
    <message>
        <source>ends at {at}, after it is due at {limit}</source>
        <translation>结束于 {at}，晚于截止时间 {limit}</translation>
    </message>
    <message>
        <source>ends at {at}, after the plan&apos;s last minute, {limit}</source>
        <translation>结束于 {at}，晚于方案末尾 {limit}</translation>
    </message>
    <message>
        <source>energy counter</source>
        <translation>表底读数</translation>
    </message>
    <message>
        <source>engineer</source>
        <translation>工程师</translation>
    </message>
    <message>
        <source>enter a batch</source>
        <translation>录入批次</translation>
    </message>
    <message>
        <source>export counter</source>
        <translation>反向表底读数</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>平</translation>
    </message>
    <message>
        <source>flow</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>frequency</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>hand back</source>
        <translation>交还</translation>
    </message>
    <message>
        <source>has no start</source>
        <translation>无启动时间</translation>
    </message>
    <message>
        <source>heat counter</source>
        <translation>热量表读数</translation>
    </message>
    <message>
        <source>held</source>
        <translation>挂起</translation>
    </message>
    <message>
        <source>how far a batch may move</source>
        <translation>批次可移动的幅度</translation>
    </message>
    <message>
        <source>how many batches may move</source>
        <translation>可移动的批次数</translation>
    </message>
    <message>
        <source>how many may start together</source>
        <translation>可同时启动的台数</translation>
    </message>
    <message>
        <source>idling</source>
        <translation>空转</translation>
    </message>
    <message>
        <source>is not a batch of this machine</source>
        <translation>不是该设备的批次</translation>
    </message>
    <message>
        <source>it began again near zero</source>
        <translation>读数从接近零处重新开始</translation>
    </message>
    <message>
        <source>it could be a late answer to an earlier question</source>
        <translation>可能是对先前询问的迟到应答</translation>
    </message>
    <message>
        <source>it idles</source>
        <translation>空转</translation>
    </message>
    <message>
        <source>it is further on than power allows</source>
        <translation>读数增加超过功率所允许的范围</translation>
    </message>
    <message>
        <source>it runs longer than a batch takes</source>
        <translation>运行时间超过一个批次所需</translation>
    </message>
    <message>
        <source>it takes less than its peers: an anomaly until it is explained, not a best practice</source>
        <translation>能耗低于同类设备：在查明原因之前属于异常，不是最佳实践</translation>
    </message>
    <message>
        <source>it takes more than its peers</source>
        <translation>能耗高于同类设备</translation>
    </message>
    <message>
        <source>it was sent, but could not be read back</source>
        <translation>已发送，但无法回读</translation>
    </message>
    <message>
        <source>it was set, or another meter took its place</source>
        <translation>读数被重设，或更换了电表</translation>
    </message>
    <message>
        <source>its approval cannot be verified</source>
        <translation>其批准无法核实</translation>
    </message>
    <message>
        <source>its batches change slowly, batch by batch</source>
        <translation>批次能耗逐批缓慢变化</translation>
    </message>
    <message>
        <source>its batches take less than they did</source>
        <translation>批次能耗比以前低</translation>
    </message>
    <message>
        <source>its batches take more than they did</source>
        <translation>批次能耗比以前高</translation>
    </message>
    <message>
        <source>its due time</source>
        <translation>截止时间</translation>
    </message>
    <message>
        <source>its earliest start</source>
        <translation>最早开始时间</translation>
    </message>
    <message>
        <source>its first start is past</source>
        <translation>首次启动时间已过</translation>
    </message>
    <message>
        <source>its meter does not answer</source>
        <translation>其电表无应答</translation>
    </message>
    <message>
        <source>its sequence number is out of range</source>
        <translation>序号超出范围</translation>
    </message>
    <message>
        <source>latched</source>
        <translation>已锁存</translation>
    </message>
    <message>
        <source>latched, acknowledged</source>
        <translation>已锁存，已确认</translation>
    </message>
    <message>
        <source>leaves {found} min at {at} to switch its machine on or off, and that takes {allowed}</source>
        <translation>在 {at} 只留出 {found} 分钟来开启或关停设备，需要 {allowed} 分钟</translation>
    </message>
    <message>
        <source>limit exceeded</source>
        <translation>超限</translation>
    </message>
    <message>
        <source>limits</source>
        <translation>限制</translation>
    </message>
    <message>
        <source>line down</source>
        <translation>线路中断</translation>
    </message>
    <message>
        <source>line overloaded</source>
        <translation>线路超载</translation>
    </message>
    <message>
        <source>lowers the highest mean load from {before_kw} to {after_kw} kW</source>
        <translation>最大平均负荷由 {before_kw} 降至 {after_kw} kW</translation>
    </message>
    <message>
        <source>maintenance</source>
        <translation>检修</translation>
    </message>
    <message>
        <source>makes room for another batch of its machine</source>
        <translation>为同一设备的另一批次让出时间</translation>
    </message>
    <message>
        <source>meter read wrongly</source>
        <translation>电表读取有误</translation>
    </message>
    <message>
        <source>meter silent</source>
        <translation>电表无应答</translation>
    </message>
    <message>
        <source>meters disagree</source>
        <translation>电表读数不符</translation>
    </message>
    <message>
        <source>more than this machine can draw</source>
        <translation>超过该设备可能的功率</translation>
    </message>
    <message>
        <source>moves by {found} min to {at}, and may by {allowed}</source>
        <translation>移动 {found} 分钟至 {at}，最多允许 {allowed} 分钟</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>no single mistake explains it</source>
        <translation>无法用单一错误解释</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>not as the twin expected</source>
        <translation>偏离孪生预期</translation>
    </message>
    <message>
        <source>not its profile&apos;s meter</source>
        <translation>电表与型号配置不符</translation>
    </message>
    <message>
        <source>not needed</source>
        <translation>无需执行</translation>
    </message>
    <message>
        <source>note a batch that ran</source>
        <translation>记录已运行批次</translation>
    </message>
    <message>
        <source>one of its batches has begun already</source>
        <translation>其中有批次已经开始</translation>
    </message>
    <message>
        <source>one of its batches was changed</source>
        <translation>其中有批次已更改</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>pauses</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>pauses before its first or after its last minute</source>
        <translation>暂停早于首分钟或晚于末分钟</translation>
    </message>
    <message>
        <source>pauses for {found} min, and at least {allowed} are due</source>
        <translation>暂停 {found} 分钟，至少须 {allowed} 分钟</translation>
    </message>
    <message>
        <source>pauses {found:time|times}, and {allowed:is|are} allowed</source>
        <translation>暂停 {found} 次，仅允许 {allowed} 次</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>峰</translation>
    </message>
    <message>
        <source>pin what was learned of a machine</source>
        <translation>固定某台设备的学习结果</translation>
    </message>
    <message>
        <source>plan begins</source>
        <translation>方案开始</translation>
    </message>
    <message>
        <source>plan is over</source>
        <translation>方案结束</translation>
    </message>
    <message>
        <source>plan is stale</source>
        <translation>方案已失效</translation>
    </message>
    <message>
        <source>plan is stopped</source>
        <translation>方案已停止</translation>
    </message>
    <message>
        <source>plan is verified</source>
        <translation>方案已核验</translation>
    </message>
    <message>
        <source>plan {plan}, sequence {sequence}</source>
        <translation>方案 {plan}，序号 {sequence}</translation>
    </message>
    <message>
        <source>plan {rest}</source>
        <translation>方案 {rest}</translation>
    </message>
    <message>
        <source>plant</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>plant in force</source>
        <translation>生效的工厂配置</translation>
    </message>
    <message>
        <source>power</source>
        <translation>功率</translation>
    </message>
    <message>
        <source>power L1</source>
        <translation>L1 功率</translation>
    </message>
    <message>
        <source>power L2</source>
        <translation>L2 功率</translation>
    </message>
    <message>
        <source>power L3</source>
        <translation>L3 功率</translation>
    </message>
    <message>
        <source>power factor</source>
        <translation>功率因数</translation>
    </message>
    <message>
        <source>power has the wrong sign, or clamps are turned round</source>
        <translation>功率符号错误，或互感器装反</translation>
    </message>
    <message>
        <source>propose a plan</source>
        <translation>提交方案</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>已提交</translation>
    </message>
    <message>
        <source>pulses, input 1</source>
        <translation>脉冲，输入 1</translation>
    </message>
    <message>
        <source>pulses, input 2</source>
        <translation>脉冲，输入 2</translation>
    </message>
    <message>
        <source>pulses, input 3</source>
        <translation>脉冲，输入 3</translation>
    </message>
    <message>
        <source>pulses, input 4</source>
        <translation>脉冲，输入 4</translation>
    </message>
    <message>
        <source>pulses, input 5</source>
        <translation>脉冲，输入 5</translation>
    </message>
    <message>
        <source>pulses, input 6</source>
        <translation>脉冲，输入 6</translation>
    </message>
    <message>
        <source>pulses, input 7</source>
        <translation>脉冲，输入 7</translation>
    </message>
    <message>
        <source>pulses, input 8</source>
        <translation>脉冲，输入 8</translation>
    </message>
    <message>
        <source>put an alarm back in service</source>
        <translation>恢复启用报警</translation>
    </message>
    <message>
        <source>quiet by design</source>
        <translation>按设计抑制</translation>
    </message>
    <message>
        <source>reactive energy counter</source>
        <translation>无功表底读数</translation>
    </message>
    <message>
        <source>reactive export counter</source>
        <translation>反向无功表底读数</translation>
    </message>
    <message>
        <source>reactive power</source>
        <translation>无功功率</translation>
    </message>
    <message>
        <source>read back</source>
        <translation>已回读</translation>
    </message>
    <message>
        <source>reality has left the plan&apos;s band</source>
        <translation>实际负荷超出方案预测范围</translation>
    </message>
    <message>
        <source>recipe {recipe}: {evidence}</source>
        <translation>配方 {recipe}：{evidence}</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>reject a plan</source>
        <translation>驳回方案</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已驳回</translation>
    </message>
    <message>
        <source>reset a latched alarm</source>
        <translation>复位锁存的报警</translation>
    </message>
    <message>
        <source>returned, unacked</source>
        <translation>已恢复，未确认</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>running idle</source>
        <translation>空转</translation>
    </message>
    <message>
        <source>running idle in peak tariff</source>
        <translation>峰时段空转</translation>
    </message>
    <message>
        <source>runs at {at}, in the maintenance until {limit}</source>
        <translation>在 {at} 运行，而检修持续到 {limit}</translation>
    </message>
    <message>
        <source>runs at {at}, when another batch does</source>
        <translation>{at} 时与另一批次重叠</translation>
    </message>
    <message>
        <source>runs too long</source>
        <translation>运行过久</translation>
    </message>
    <message>
        <source>sharp peak</source>
        <translation>尖峰</translation>
    </message>
    <message>
        <source>shelve an alarm</source>
        <translation>搁置报警</translation>
    </message>
    <message>
        <source>shelved</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>shut down</source>
        <translation>停机</translation>
    </message>
    <message>
        <source>sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>somebody started it by hand</source>
        <translation>已被人工启动</translation>
    </message>
    <message>
        <source>something flows though nothing runs</source>
        <translation>没有设备运行却有流量</translation>
    </message>
    <message>
        <source>stale</source>
        <translation>已失效</translation>
    </message>
    <message>
        <source>standby</source>
        <translation>待机</translation>
    </message>
    <message>
        <source>start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>start and end</source>
        <translation>起止时间</translation>
    </message>
    <message>
        <source>start not seen by the meter</source>
        <translation>电表未见启动</translation>
    </message>
    <message>
        <source>starts</source>
        <translation>启动时间</translation>
    </message>
    <message>
        <source>station</source>
        <translation>控制站</translation>
    </message>
    <message>
        <source>stays where it is</source>
        <translation>保持原位</translation>
    </message>
    <message>
        <source>stop a plan</source>
        <translation>停止方案</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>主管</translation>
    </message>
    <message>
        <source>supply exceeded</source>
        <translation>超供电容量</translation>
    </message>
    <message>
        <source>take an alarm off the shelf</source>
        <translation>取消搁置报警</translation>
    </message>
    <message>
        <source>take an alarm out of service</source>
        <translation>停用报警</translation>
    </message>
    <message>
        <source>take back what was written of a batch</source>
        <translation>撤回批次记录</translation>
    </message>
    <message>
        <source>take over</source>
        <translation>接管</translation>
    </message>
    <message>
        <source>takes {hours:hour|hours} less of night work</source>
        <translation>少用 {hours} 小时夜班工时</translation>
    </message>
    <message>
        <source>tariff</source>
        <translation>电价</translation>
    </message>
    <message>
        <source>the PLC did not answer, nothing was written</source>
        <translation>PLC 无应答，未写入</translation>
    </message>
    <message>
        <source>the PLC did not carry it out, several times over</source>
        <translation>PLC 多次未执行</translation>
    </message>
    <message>
        <source>the PLC does not answer</source>
        <translation>PLC 无应答</translation>
    </message>
    <message>
        <source>the PLC does not know this machine</source>
        <translation>PLC 中没有此设备</translation>
    </message>
    <message>
        <source>the PLC has seen a newer command already</source>
        <translation>PLC 已收到更新的指令</translation>
    </message>
    <message>
        <source>the PLC holds it, but did not carry it out</source>
        <translation>PLC 已保存指令但未执行</translation>
    </message>
    <message>
        <source>the PLC holds something else than was written</source>
        <translation>PLC 中的内容与写入不符</translation>
    </message>
    <message>
        <source>the PLC refused it</source>
        <translation>PLC 拒绝</translation>
    </message>
    <message>
        <source>the PLC refused it; it is asked again</source>
        <translation>PLC 拒绝，将重新请求</translation>
    </message>
    <message>
        <source>the PLC&apos;s profile does not allow this register</source>
        <translation>PLC 配置不允许写该寄存器</translation>
    </message>
    <message>
        <source>the batch before it still runs</source>
        <translation>前一批次仍在运行</translation>
    </message>
    <message>
        <source>the batch beside it</source>
        <translation>相邻批次</translation>
    </message>
    <message>
        <source>the batch is done</source>
        <translation>批次已完成</translation>
    </message>
    <message>
        <source>the counter jumped, the next readings will tell why</source>
        <translation>表底读数跳变，待后续读数判明原因</translation>
    </message>
    <message>
        <source>the counter went back, the next readings will tell why</source>
        <translation>表底读数倒退，待后续读数判明原因</translation>
    </message>
    <message>
        <source>the crew</source>
        <translation>人手</translation>
    </message>
    <message>
        <source>the energy that an interval may use</source>
        <translation>需量周期用电量上限</translation>
    </message>
    <message>
        <source>the machine did not run</source>
        <translation>设备未运行</translation>
    </message>
    <message>
        <source>the machine does not listen to the station</source>
        <translation>设备不接受远程控制</translation>
    </message>
    <message>
        <source>the machine is in local control</source>
        <translation>设备处于就地控制</translation>
    </message>
    <message>
        <source>the machine is not charged yet</source>
        <translation>设备尚未装料</translation>
    </message>
    <message>
        <source>the machine was never taken over</source>
        <translation>设备从未接管</translation>
    </message>
    <message>
        <source>the machine was not taken over yet</source>
        <translation>设备尚未接管</translation>
    </message>
    <message>
        <source>the meter answers, but its values no longer change</source>
        <translation>电表有应答，但数值不再变化</translation>
    </message>
    <message>
        <source>the meter does not answer</source>
        <translation>电表无应答</translation>
    </message>
    <message>
        <source>the meter has another serial number</source>
        <translation>电表序列号已改变</translation>
    </message>
    <message>
        <source>the meter refuses the request</source>
        <translation>电表拒绝请求</translation>
    </message>
    <message>
        <source>the meter says that it has no value</source>
        <translation>电表报告无数值</translation>
    </message>
    <message>
        <source>the meter says that it is not of its profile&apos;s model</source>
        <translation>电表自报型号与型号配置不符</translation>
    </message>
    <message>
        <source>the meter&apos;s replies arrive damaged</source>
        <translation>电表应答校验出错</translation>
    </message>
    <message>
        <source>the meter&apos;s reply is not what was asked for</source>
        <translation>电表应答与请求不符</translation>
    </message>
    <message>
        <source>the plan is over</source>
        <translation>方案已结束</translation>
    </message>
    <message>
        <source>the plan was stopped</source>
        <translation>方案已停止</translation>
    </message>
    <message>
        <source>the plan&apos;s last minute</source>
        <translation>方案的最后一分钟</translation>
    </message>
    <message>
        <source>the port cannot be used as it is set up</source>
        <translation>端口按现有设置不可用</translation>
    </message>
    <message>
        <source>the port is missing</source>
        <translation>端口缺失</translation>
    </message>
    <message>
        <source>the port is taken by another program</source>
        <translation>端口被其他程序占用</translation>
    </message>
    <message>
        <source>the port vanished while it was in use</source>
        <translation>端口在使用中消失</translation>
    </message>
    <message>
        <source>the supply</source>
        <translation>供电容量</translation>
    </message>
    <message>
        <source>the tariff has changed since it was made</source>
        <translation>制定后电价已变更</translation>
    </message>
    <message>
        <source>the tariff in force cannot be read</source>
        <translation>现行电价无法读取</translation>
    </message>
    <message>
        <source>the time to wake the machine and to switch it off</source>
        <translation>设备启停所需时间</translation>
    </message>
    <message>
        <source>the value is out of range</source>
        <translation>数值超出量程</translation>
    </message>
    <message>
        <source>there is no PLC on this line</source>
        <translation>此线路上没有 PLC</translation>
    </message>
    <message>
        <source>there was nothing to do</source>
        <translation>无需动作</translation>
    </message>
    <message>
        <source>thin old readings</source>
        <translation>抽稀旧读数</translation>
    </message>
    <message>
        <source>time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>unacknowledged</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>under way, until about {time}</source>
        <translation>正在运行，预计至 {time}</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>valley</source>
        <translation>谷</translation>
    </message>
    <message>
        <source>value is frozen</source>
        <translation>数值冻结</translation>
    </message>
    <message>
        <source>value is old</source>
        <translation>数值过时</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>已核验</translation>
    </message>
    <message>
        <source>viewer</source>
        <translation>查看员</translation>
    </message>
    <message>
        <source>voltage</source>
        <translation>电压</translation>
    </message>
    <message>
        <source>voltage L2</source>
        <translation>L2 电压</translation>
    </message>
    <message>
        <source>voltage L3</source>
        <translation>L3 电压</translation>
    </message>
    <message>
        <source>volume counter</source>
        <translation>体积表读数</translation>
    </message>
    <message>
        <source>waits for its time</source>
        <translation>待执行</translation>
    </message>
    <message>
        <source>what somebody started by hand is left alone</source>
        <translation>人工启动的设备不予干预</translation>
    </message>
    <message>
        <source>withdraw a plan</source>
        <translation>撤回方案</translation>
    </message>
    <message>
        <source>withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>without a plan it would not run</source>
        <translation>无方案时不会运行</translation>
    </message>
    <message>
        <source>words or bytes of energy are read in the wrong order</source>
        <translation>电量的字序或字节序有误</translation>
    </message>
    <message>
        <source>words or bytes of power are read in the wrong order</source>
        <translation>功率的字序或字节序有误</translation>
    </message>
    <message>
        <source>would break a limit where it was: {limit}</source>
        <translation>留在原处会违反限制：{limit}</translation>
    </message>
    <message>
        <source>written and read back</source>
        <translation>已写入并回读</translation>
    </message>
    <message>
        <source>{band} {kwh} kWh</source>
        <translation>{band} {kwh} kWh</translation>
    </message>
    <message>
        <source>{count} d</source>
        <translation>{count} 天</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{difference} points</source>
        <translation>{difference} 个百分点</translation>
    </message>
    <message>
        <source>{found:batch moves or pauses|batches move or pause}, and {allowed} may</source>
        <translation>{found} 个批次被移动或暂停，允许 {allowed} 个</translation>
    </message>
    <message>
        <source>{found:person is|people are} needed to charge and discharge at {at}, and {allowed:is|are} there</source>
        <translation>{at} 装卸料需要 {found} 人，在岗 {allowed} 人</translation>
    </message>
    <message>
        <source>{found:start|starts} within {within_min} min from {at} on, and {allowed:is|are} allowed</source>
        <translation>自 {at} 起 {within_min} 分钟内启动 {found} 次，允许 {allowed} 次</translation>
    </message>
    <message>
        <source>{found} kW at {at}, and the supply carries {allowed} kW</source>
        <translation>{at} 为 {found} kW，供电能力为 {allowed} kW</translation>
    </message>
    <message>
        <source>{found} kWh in the interval from {at} on, and {allowed} kWh are allowed</source>
        <translation>自 {at} 起的需量周期用电 {found} kWh，允许 {allowed} kWh</translation>
    </message>
    <message>
        <source>{hours} h {minutes:02d}</source>
        <translation>{hours}小时{minutes:02d}分</translation>
    </message>
    <message>
        <source>{key} was changed outside meanwhile, to {now}; nothing was changed. Look at it again.</source>
        <translation>{key} 期间在外部被改为 {now}；未作任何更改。请再看一遍。</translation>
    </message>
    <message>
        <source>{kwh} kWh leave the {from_band} band, most for the {to_band} band</source>
        <translation>{kwh} kWh 移出{from_band}段，大部分移入{to_band}段</translation>
    </message>
    <message>
        <source>{line}: nothing is connected at {port}; connect it or correct the name.</source>
        <translation>{line}：{port} 未连接设备；请连接或更正名称。</translation>
    </message>
    <message>
        <source>{line}: {port} cannot be used; check its name, its settings and who may open it.</source>
        <translation>{line}：{port} 不可用；请检查名称、设置和访问权限。</translation>
    </message>
    <message>
        <source>{line}: {port} has gone; connect it again and reading goes on by itself.</source>
        <translation>{line}：{port} 已断开；重新连接后自动续读。</translation>
    </message>
    <message>
        <source>{line}: {port} is in use by another program; end that program.</source>
        <translation>{line}：{port} 被其他程序占用；请结束该程序。</translation>
    </message>
    <message>
        <source>{machine} is held by an interlock, so the plan is stale.</source>
        <translation>{machine} 被联锁，方案已失效。</translation>
    </message>
    <message>
        <source>{machine} is in local control, so the plan is stale.</source>
        <translation>{machine} 处于就地控制，方案已失效。</translation>
    </message>
    <message>
        <source>{machine}, batch {batch}</source>
        <translation>{machine} 批次 {batch}</translation>
    </message>
    <message>
        <source>{machine}, batch {batch}, ends at {end} at the earliest, and must by {due}; move that limit or a batch before it.</source>
        <translation>{machine} 批次 {batch} 最早 {end} 结束，但须在 {due} 前结束；请调整该限制或其前面的批次。</translation>
    </message>
    <message>
        <source>{machine}, batch {batch}: {what}.</source>
        <translation>{machine} 批次 {batch}：{what}。</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{minutes} of idling in a day: {bands}</source>
        <translation>一天内空转 {minutes}：{bands}</translation>
    </message>
    <message>
        <source>{path} cannot be opened; check that it is a file in a folder that may be written.</source>
        <translation>{path} 无法打开；请检查其是否为可写文件夹中的文件。</translation>
    </message>
    <message>
        <source>{path} cannot be written; allow writing to the file and its folder.</source>
        <translation>{path} 无法写入；请开放文件及其文件夹的写权限。</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}); choose another place.</source>
        <translation>{path} 无法写入（{reason}），请另选位置。</translation>
    </message>
    <message>
        <source>{path} does not exist; start a station there, or choose another folder.</source>
        <translation>{path} 不存在；请在该处启动控制站，或另选文件夹。</translation>
    </message>
    <message>
        <source>{path} is damaged; put a backup in its place.</source>
        <translation>{path} 已损坏；请用备份替换。</translation>
    </message>
    <message>
        <source>{path} is locked by another program; close that program and try again.</source>
        <translation>{path} 被其他程序锁定；请关闭该程序后重试。</translation>
    </message>
    <message>
        <source>{path} is not a Valleyline database; move it away, or choose another folder.</source>
        <translation>{path} 不是 Valleyline 数据库；请移走，或另选文件夹。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Valleyline; start that version.</source>
        <translation>{path} 由更新版本的 Valleyline 写入；请启动该版本。</translation>
    </message>
    <message>
        <source>{role}, key {key}…</source>
        <translation>{role}，密钥 {key}…</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{subject}: a command of plan {plan_id} is held back, {late_min} min late</source>
        <translation>{subject}：方案 {plan_id} 的指令被挂起，已迟 {late_min} 分钟</translation>
    </message>
    <message>
        <source>{subject}: a command of plan {plan_id} was not carried out</source>
        <translation>{subject}：方案 {plan_id} 的指令未执行</translation>
    </message>
    <message>
        <source>{subject}: draws {power_kw} kW although every machine is off</source>
        <translation>{subject}：所有设备已停，仍耗用 {power_kw} kW</translation>
    </message>
    <message>
        <source>{subject}: draws {power_kw} kW where the twin expected {expected_kw} kW</source>
        <translation>{subject}：耗用 {power_kw} kW，孪生预期为 {expected_kw} kW</translation>
    </message>
    <message>
        <source>{subject}: for {minutes} min not what plan {plan_id} counted on, {measured_kw} kW instead of {low_kw} to {high_kw}</source>
        <translation>{subject}：{minutes} 分钟来与方案 {plan_id} 的预期不符，{measured_kw} kW，预期 {low_kw} 至 {high_kw}</translation>
    </message>
    <message>
        <source>{subject}: running for {minutes} min without a break, at most {limit} are wanted</source>
        <translation>{subject}：已连续运行 {minutes} 分钟，最多应为 {limit} 分钟</translation>
    </message>
    <message>
        <source>{subject}: running idle for {minutes} min</source>
        <translation>{subject}：已空转 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{subject}: running idle for {minutes} min in peak tariff</source>
        <translation>{subject}：峰时段空转 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{subject}: started by plan {plan_id}, but the meter sees only {power_kw} kW</source>
        <translation>{subject}：已按方案 {plan_id} 启动，但电表仅 {power_kw} kW</translation>
    </message>
    <message>
        <source>{subject}: the PLC does not answer</source>
        <translation>{subject}：PLC 无应答</translation>
    </message>
    <message>
        <source>{subject}: the batch takes longer than expected</source>
        <translation>{subject}：批次超出预期时间</translation>
    </message>
    <message>
        <source>{subject}: the line has more to read than it can</source>
        <translation>{subject}：线路读取任务超载</translation>
    </message>
    <message>
        <source>{subject}: the line is down, its meters are not read</source>
        <translation>{subject}：线路中断，其电表未被读取</translation>
    </message>
    <message>
        <source>{subject}: the load of {power_kw} kW is more than the {supply_kw} kW of the supply</source>
        <translation>{subject}：负荷 {power_kw} kW 超过供电容量 {supply_kw} kW</translation>
    </message>
    <message>
        <source>{subject}: the main meter reads {main_kw} kW, the meters behind it {sum_kw} kW</source>
        <translation>{subject}：总表 {main_kw} kW，分表合计 {sum_kw} kW</translation>
    </message>
    <message>
        <source>{subject}: the meter counts {energy_kwh} kWh where its power makes {integral_kwh} kWh</source>
        <translation>{subject}：电表计量 {energy_kwh} kWh，而功率积分为 {integral_kwh} kWh</translation>
    </message>
    <message>
        <source>{subject}: the meter does not answer</source>
        <translation>{subject}：电表无应答</translation>
    </message>
    <message>
        <source>{subject}: the meter says {says} in {register}, its profile ({profile}) expects {expected}</source>
        <translation>{subject}：电表在 {register} 报 {says}，型号配置（{profile}）应为 {expected}</translation>
    </message>
    <message>
        <source>{subject}: the meter&apos;s counter went from {before} to {after}</source>
        <translation>{subject}：表底读数由 {before} 变为 {after}</translation>
    </message>
    <message>
        <source>{subject}: this interval&apos;s demand will be {expected_kw} kW, the limit is {limit} kW</source>
        <translation>{subject}：本周期需量将达 {expected_kw} kW，限额为 {limit} kW</translation>
    </message>
    <message>
        <source>{subject}: {quantity} changes by {per_min} {unit} a minute, {limit} are allowed</source>
        <translation>{subject}：{quantity}每分钟变化 {per_min} {unit}，允许 {limit}</translation>
    </message>
    <message>
        <source>{subject}: {quantity} has not been read for {minutes} min</source>
        <translation>{subject}：{quantity}已有 {minutes} 分钟未读到</translation>
    </message>
    <message>
        <source>{subject}: {quantity} has stood at {value} {unit} for {minutes} min</source>
        <translation>{subject}：{quantity}停在 {value} {unit} 已 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{subject}: {quantity} of {value} {unit} is beyond its limit of {limit} {unit}</source>
        <translation>{subject}：{quantity}为 {value} {unit}，超出限值 {limit} {unit}</translation>
    </message>
    <message>
        <source>{used} kWh so far; such a batch takes {usual}</source>
        <translation>至今 {used} kWh；此类批次通常 {usual}</translation>
    </message>
    <message>
        <source>{usual} while the machines run, this much while they stand</source>
        <translation>设备运行时 {usual}，停机时为此值</translation>
    </message>
    <message>
        <source>{values} kWh a batch; usual is {usual}</source>
        <translation>每批 {values} kWh；通常为 {usual}</translation>
    </message>
    <message>
        <source>{values} kWh a tonne; usual is {usual}</source>
        <translation>每吨 {values} kWh；通常为 {usual}</translation>
    </message>
    <message>
        <source>{what} ({where}).</source>
        <translation>{what}（{where}）。</translation>
    </message>
    <message>
        <source>{what}.</source>
        <translation>{what}。</translation>
    </message>
    <message>
        <source>“{note}” is the name of another batch, of {machine}; choose another name, or take that note back first.</source>
        <translation>“{note}”已是{machine}另一批次的名称；请另取名称，或先撤回那条记录。</translation>
    </message>
</context>
<context>
    <name>trends</name>
    <message>
        <source>{title} (sum)</source>
        <translation>{title}（合计）</translation>
    </message>
</context>
</TS>
