from django.urls import path

from smartsenegal.kernel.payments import views

app_name = "payments"
urlpatterns = [
    path("<uuid:payable_id>/", views.payable, name="payable"),
    path("<uuid:payable_id>/payer/", views.begin, name="begin"),
    path("<uuid:payable_id>/retour/", views.returned, name="returned"),
    path("<uuid:payable_id>/etat/", views.state, name="state"),
    path("<uuid:payable_id>/abandonner/", views.abandon, name="abandon"),
    path("<uuid:payable_id>/recu/", views.receipt, name="receipt"),
    path("<uuid:payable_id>/recu/pdf/", views.receipt_pdf, name="receipt-pdf"),
    path("rappels/<slug:provider>/", views.callback, name="callback"),
    path("caisse/", views.till, name="till"),
    path("caisse/ouvrir/", views.till_open, name="till-open"),
    path("caisse/encaisser/<uuid:payable_id>/", views.till_take, name="till-take"),
    path("caisse/fermer/", views.till_close, name="till-close"),
    path("caisse/sessions/<uuid:session_id>/", views.till_session, name="till-session"),
    path("comptes/", views.accounts, name="accounts"),
    path("remboursements/", views.refunds, name="refunds"),
    path("remboursements/nouveau/<uuid:attempt_id>/", views.refund_new, name="refund-new"),
    path("remboursements/<uuid:refund_id>/", views.refund, name="refund"),
    path("rapprochement/", views.reconciliation, name="reconciliation"),
    path("rapprochement/<int:gap_id>/", views.gap, name="gap"),
    path("etats/", views.statements, name="statements"),
    path("etats/<int:ledger_id>/", views.statement, name="statement"),
    path("etats/<int:ledger_id>/csv/", views.statement_csv, name="statement-csv"),
    path("etats/<int:ledger_id>/pdf/", views.statement_pdf, name="statement-pdf"),
]
