"""Footprints: who did what with a person's records, when, why and on what basis.

Law: Dalian 40 (collection, acquisition, use; sources and reasons for change); Yunnan 35 names seven kinds: 采集 归集 公开
共享 查询 修复 使用. Stored durably before the data is sent; concurrent writes share one round trip.
"""
