"""A notice on days off as an administrator hands it in. The days of 2027 are invented: nothing is published in the library yet."""

NOTICE_2027 = """
year = 2027
notice = "关于2027年部分节假日安排的通知（测试用）"
number = "测试〔2026〕1号"
noticed_on = 2026-11-20
working_weekends = [2027-01-31, 2027-02-20, 2027-04-25, 2027-09-26, 2027-10-09]

[[holidays]]
title = "元旦"
first = 2027-01-01
last = 2027-01-03

[[holidays]]
title = "春节"
first = 2027-02-05
last = 2027-02-12

[[holidays]]
title = "清明节"
first = 2027-04-03
last = 2027-04-05

[[holidays]]
title = "劳动节"
first = 2027-05-01
last = 2027-05-05

[[holidays]]
title = "端午节"
first = 2027-06-09
last = 2027-06-09

[[holidays]]
title = "中秋节"
first = 2027-09-15
last = 2027-09-15

[[holidays]]
title = "国庆节"
first = 2027-10-01
last = 2027-10-07
"""
