"""Repair: a resident who has put things right asks that a dishonesty record stop being published, shared and used.

Law: Dalian 44, Yunnan 38, and the national rules, which `knowledge.repair` holds. The unit that determined the conduct decides;
the centre checks the application, asks for all missing material in one list, forwards it and follows its progress. Repair is
free: there is no field for money anywhere.

The unit handles its cases with its own key (`unit_routes.py`); an officer enters what it sends on paper.

submitted ⇄ material_asked; → forwarded ⇄ unit_material_asked → accepted → approved | refused; or declined, withdrawn, record_ended,
lapsed where what was asked for is not there on the day that was told.
"""
