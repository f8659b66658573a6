"""Repair: a resident who has put things right asks that a dishonesty record stop being published, shared and used.

Law: Dalian 44, Yunnan 38, and the national rules, which `knowledge.repair` holds. Who determined the conduct decides; the
centre checks beforehand, asks for what is lacking in one list at once, forwards, tracks and mirrors. It costs nothing:
there is no field for money anywhere.

The unit works with its own key what reaches it (`unit_routes.py`); an officer enters what it sends on paper.

submitted ⇄ material_asked; → forwarded ⇄ unit_material_asked → accepted → approved | refused; or declined, withdrawn.
"""
